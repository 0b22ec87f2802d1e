@NullMarked
package dev.millrace.egress.access;

import org.jspecify.annotations.NullMarked;
