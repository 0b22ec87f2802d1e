/** The codec of DashScope's own tasks: images and videos of Alibaba. No I/O. */
@NullMarked
package dev.millrace.worker.dashscope;

import org.jspecify.annotations.NullMarked;
