/* SPDX-License-Identifier: EUPL-1.2
 *
 * ts: a minimal MPEG-TS muxer (ISO/IEC 13818-1): one programme, H.264 and AAC (ADTS). It holds nothing back: what is given is sent at once, in
 * messages of up to seven packets, whatever the other stream does. One thread at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ts_stream { TS_VIDEO, TS_AUDIO, TS_STREAMS };

struct ts {
	/* Where messages go. */
	void (*send)(void *data, const uint8_t *bytes, size_t length);
	void *data;
	/* Whether a picture's PES packet says how long it is. Most encoders do not (length 0), and pictures over 65,526 bytes cannot. */
	bool tells_length;

	/* its own */
	uint8_t message[7 * 188];
	size_t used;
	uint8_t counters[4]; /* PAT, PMT, video, audio */
	int64_t tables_us;   /* when they were sent last; 0: never */
};

/* One access unit, whole. `pts_us` on any clock; the programme's clock (PCR) is that of the pictures, less 100 ms. */
void ts_write(struct ts *ts, enum ts_stream stream, const uint8_t *bytes, size_t length,
	      int64_t pts_us, bool is_key);
