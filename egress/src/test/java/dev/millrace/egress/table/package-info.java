@NullMarked
package dev.millrace.egress.table;

import org.jspecify.annotations.NullMarked;
