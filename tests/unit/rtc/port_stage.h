/* SPDX-License-Identifier: EUPL-1.2
 *
 * port_stage: an open port with tracks to play, and clients that join it, for tests of the whole.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/note.h>
#include <uv.h>

#include "client.h"

struct mailbox;
struct rtc_port;
struct track;

#define PATIENCE_MS 15000
#define VIDEO_SSRC  0x11111111
#define OTHER_SSRC  0x22222222
#define AUDIO_SSRC  0x33333333

struct stage {
	uv_loop_t loop;
	struct mailbox *notes;
	struct rtc_port *port;
	struct track *video, *other, *audio;
	uint16_t seq[3]; /* of the three tracks */
	GPtrArray *got;	 /* notes */
	uint64_t next_id;
};

/* Of cmocka, with one worker; a stage with more is made by stage_open(). */
int stage_set_up(void **state);
int stage_tear_down(void **state);
struct stage *stage_open(int workers);

const struct note *find_note(struct stage *stage, enum note_kind kind, uint64_t id);
const struct note *wait_note(struct stage *stage, enum note_kind kind, uint64_t id);

/* An access unit of one packet, and of `n`; its payload is `mark` and filling. `which`: 0 is the
 * picture, 1 the other picture, 2 the sound. */
void put(struct stage *stage, int which, bool is_key, uint32_t time, uint8_t mark);
void put_unit(struct stage *stage, int which, bool is_key, uint32_t time, uint8_t mark, int n);

uint16_t seq_of(const struct client_packet *packet);
uint32_t read32(const uint8_t *bytes);

/* The next RTP packet of this payload type. */
void expect_rtp(struct client *client, uint8_t pt, struct client_packet *packet);

/* Pictures of type 108, sent again 109; sound 111. */
extern const struct client_options viewer;
struct client *start_client(struct stage *stage, const struct client_options *options,
			    const char *address, uint64_t *id);
struct client *join(struct stage *stage, const struct client_options *options, uint64_t *id);

void wait_wanted(struct track *track, bool is_wanted);
void wait_key_request(struct track *track);
