/** Counting tokens without a vendor. No prices and no vendors' figures here. */
@NullMarked
package dev.millrace.tokens;

import org.jspecify.annotations.NullMarked;
