/* SPDX-License-Identifier: EUPL-1.2
 *
 * note: what a media, mix or rtc thread tells the control loop. It is small, plain and copied; it
 * carries no pointers, so a late note about something removed is harmless: its id finds nothing.
 *
 * Thread: made on any thread, read on the control loop. Posted with mailbox_post()
 * (util/mailbox.h), which takes ownership; note_new() allocates, the reader frees with g_free().
 */
#pragma once

#include <stdint.h>

enum note_kind {
	NOTE_NONE,
	NOTE_SOURCE_CONNECTED, /* id: source. text: where from, and what was agreed ("10.0.0.7:4711, latency 120 ms") */
	NOTE_SOURCE_LIVE, /* id: source. First decoded frame or sample, or the first after a stall */
	NOTE_SOURCE_STALLED,  /* id: source. Nothing decoded for a second although connected */
	NOTE_SOURCE_LOST,     /* id: source. The connection ended, or the file did. text: why */
	NOTE_SOURCE_FAILED,   /* id: source. Its media cannot be used. text: why */
	NOTE_SOURCE_REPLACED, /* id: source. A newer caller took over. text: who */
	NOTE_SOURCE_JUMPED,  /* id: source. value: the jump in ms. Timestamps were anchored again */
	NOTE_SRT_REFUSED,    /* text: who called, with which stream id, and why it was refused */
	NOTE_PEER_CONNECTED, /* id: peer. DTLS is complete, media flows. text: its address */
	NOTE_PEER_CLOSED,    /* id: peer. It left, timed out, failed or was closed. text: why */
	NOTE_TRANSITION_ENDED, /* id: bus. value: the serial of the take that is complete */
	NOTE_BLACK_ENDED, /* id: bus. value: the serial of the fade to black, or back, that is complete */
	NOTE_TICKS_MISSED, /* value: how many video ticks since the last such note (at most one note a second) */
	NOTE_SOUND_MISSED,   /* value: how many audio ticks, in the same way */
	NOTE_OVERLAY_READY,  /* id: overlay. Its file is read, it can be shown */
	NOTE_OVERLAY_FAILED, /* id: overlay. value: error code. text: why it cannot be shown */
	NOTE_PICTURE_TAKEN, /* id: plan_shot's. value: 1 it is in the shot's slot, 0 there is none to take */
	NOTE_PICTURE_SAVED, /* id: as asked for. value: 1 the file is there, 0 it is not. text: why */
	NOTE_ENCODER_FAILED, /* id: bus. text: why; the encoder starts itself again */
};

struct note {
	enum note_kind kind;
	uint64_t id; /* of the source, peer or bus; 0 where the kind names none */
	int64_t value;
	char text[192]; /* UTF-8, one line, NUL-terminated; may be empty */
};

/* Allocates a note. `text` may be NULL and is cut at a character's end if too long. Never fails. */
struct note *note_new(enum note_kind kind, uint64_t id, int64_t value, const char *text);
