/* SPDX-License-Identifier: EUPL-1.2
 *
 * sdp_text: the small words inside SDP lines. Inside sdp*.c only; pure.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A header extension (a=extmap) of what a browser gets; those of what it sends are rtp_format.h's. */
#define PLAYOUT_URI "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"

/* Copies the m= and a= lines of plain characters behind a fresh session head; everything else is
 * left out. A new string, or NULL with ERROR_BAD_INPUT: no SDP, or larger than allowed. */
char *sdp_text_clean(const char *text, bool is_fragment, GError **error);

/* Copies a word of printable characters without spaces, at most size - 1 bytes; false (and "" in
 * `out`) if it is empty, too long or holds anything else. */
bool sdp_text_word(const char *text, char *out, size_t size);

/* A decimal number at the start, at most `most`; -1 if there is none. */
int64_t sdp_text_number(const char *text, int64_t most);

/* The value of `name` in "name=value;name=value", a new string; NULL if it is not there. */
char *sdp_text_parameter(const char *fmtp, const char *name);

/* "sha-256 AB:CD:.." into 32 bytes. */
bool sdp_text_fingerprint(const char *text, uint8_t out[32]);
