@NullMarked
package dev.millrace.billing;

import org.jspecify.annotations.NullMarked;
