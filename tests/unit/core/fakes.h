/* SPDX-License-Identifier: EUPL-1.2
 *
 * fakes: mixer, ingest, SRT listener, port, encoder and speaker input as core sees them, doing
 * nothing but to remember what they were asked. One of everything per process; fakes_reset()
 * between tests.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "graphic.h"
#include "mixer.h"
#include "port.h"

#define FAKE_MOST_PEERS	 256
#define FAKE_MOST_LABELS 512

struct fake_peer {
	uint64_t id;
	bool is_publisher, is_closed;
	struct track *video, *audio; /* what it plays now */
	int switches;		     /* of its picture */
	struct rtc_peer_stats stats; /* for tests to set */
};

struct fake_caller {
	uint64_t source_id;
	char *stream_id, *passphrase;
	int latency_ms;
};

/* What was last written on an easel, which may be gone. */
struct fake_label {
	const struct easel *easel;
	char text[160];
	uint32_t plate;
};

struct fakes {
	/* the last of each, owned here; what they name may be gone */
	struct picture_plan *picture;
	int n_pictures; /* plans that the mixer was given */
	struct sound_plan *sound;
	struct fake_caller callers[64];
	int n_callers;
	struct fake_peer peers[FAKE_MOST_PEERS]; /* in order of joining */
	int n_peers;
	struct graphic *graphic; /* the newest that was to be painted */
	uint64_t graphic_id;
	int stopped;	  /* graphics */
	char *still;	  /* the path of the newest still, slates included */
	char *saved_path; /* of the last picture that was to be saved */
	uint64_t saved_id;
	uint64_t read_id; /* of the newest logo that was to be read */
	int painted;	  /* labels ever */
	struct fake_label labels[FAKE_MOST_LABELS];
	int video_latency_ms;
	struct mixer_stats mixer; /* for tests to set */
	double encode_ms;

	/* how many there are now */
	int backstages;
	int painters, mixers, ports, listeners, ingests, encoders, inputs;
	int ingests_ever;

	/* what shall fail */
	bool no_mixer, no_port, no_listener, no_ingest, no_encoder, no_input, no_play, no_publish;
};

extern struct fakes fakes;

void fakes_reset(void);

const char *fake_label(const struct easel *easel);
uint32_t fake_plate(const struct easel *easel);

struct fake_peer *fake_peer(uint64_t id); /* NULL: never seen */
struct fake_peer *fake_newest_peer(void);
