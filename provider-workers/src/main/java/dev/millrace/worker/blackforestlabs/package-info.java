/** The codec of Black Forest Labs: images. No I/O. */
@NullMarked
package dev.millrace.worker.blackforestlabs;

import org.jspecify.annotations.NullMarked;
