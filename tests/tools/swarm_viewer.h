/* SPDX-License-Identifier: EUPL-1.2
 *
 * swarm_viewer: one viewer of the swarm: a client (client.h) from its offer to its end, that says
 * what a browser says (checks of consent, receiver reports) and counts what comes. It shows
 * nothing, and most of them do not even open what comes: the head tells the sequence.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "swarm_check.h"

#define VIEWER_VIDEO_PT 102
#define VIEWER_RTX_PT	103
#define VIEWER_AUDIO_PT 111

struct viewer;

/* What came since viewer_mark() (trouble since the creation); *_us: from the creation, 0: not yet.
 * `lost` is of both, lost_sound of sound; overruns are what our own socket dropped. */
struct viewer_counts {
	bool is_checked, is_up, is_closed, is_decrypting, has_gcm;
	uint64_t packets, bytes, frames, lost, lost_sound, late, undecryptable, broken;
	uint64_t overruns, reports;
	int64_t first_packet_us, first_frame_us;
};

/* Makes its offer. `address` is one of ours, and the server's. */
struct viewer *viewer_create(const char *address, bool is_decrypting);
const char *viewer_offer(const struct viewer *viewer);
bool viewer_take_answer(struct viewer *viewer, const char *answer);
int viewer_fd(const struct viewer *viewer);

/* A decrypting viewer's RTP as it came, opened, each behind a head of 8 bytes: microseconds since
 * the viewer's creation (32 bits), length (16 bits), 0; in this machine's byte order. */
void viewer_record(struct viewer *viewer, FILE *file);

/* Reads all that waits. */
void viewer_read(struct viewer *viewer);

/* Every 20 ms or so: checks, reports, the handshake's timers. */
void viewer_tick(struct viewer *viewer, int64_t now_us);

void viewer_mark(struct viewer *viewer);
void viewer_count(const struct viewer *viewer, struct viewer_counts *counts);

/* Says close_notify and frees; NULL is allowed. */
void viewer_destroy(struct viewer *viewer);
