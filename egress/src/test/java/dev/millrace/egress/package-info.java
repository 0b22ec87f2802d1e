/** What the tests of egress share. */
@NullMarked
package dev.millrace.egress;

import org.jspecify.annotations.NullMarked;
