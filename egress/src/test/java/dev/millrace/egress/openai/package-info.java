@NullMarked
package dev.millrace.egress.openai;

import org.jspecify.annotations.NullMarked;
