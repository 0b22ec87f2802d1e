@NullMarked
package dev.millrace.egress.gemini;

import org.jspecify.annotations.NullMarked;
