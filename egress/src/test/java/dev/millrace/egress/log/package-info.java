@NullMarked
package dev.millrace.egress.log;

import org.jspecify.annotations.NullMarked;
