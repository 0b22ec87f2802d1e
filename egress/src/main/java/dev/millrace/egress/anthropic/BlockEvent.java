package dev.millrace.egress.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One step in the course of a message's content. */
sealed interface BlockEvent {
    /** A block begins; {@code block} is as it stands at the start, of content that follows in pieces it is empty. */
    record Start(int index, ObjectNode block) implements BlockEvent {}

    /** A piece of a block, with its {@code type}. */
    record Piece(int index, ObjectNode delta) implements BlockEvent {}

    record Stop(int index) implements BlockEvent {}

    /** An event of the vendor's that belongs to no block. */
    record Other(ObjectNode event) implements BlockEvent {}
}
