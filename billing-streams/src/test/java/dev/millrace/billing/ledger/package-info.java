@NullMarked
package dev.millrace.billing.ledger;

import org.jspecify.annotations.NullMarked;
