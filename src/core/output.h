/* SPDX-License-Identifier: EUPL-1.2
 *
 * output: a bus's picture or sound from the mixer to the peers: slot or ring, encoder, track.
 * PRIVATE to this folder. In a dry show outputs stay empty.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

struct show;
struct output;

struct picture_shape {
	int width, height, kbps;
	int fps;	    /* 0: program's */
	const char *preset; /* NULL: program's */
};

bool output_open_picture(struct show *show, struct output *output,
			 const struct picture_shape *shape, GError **error);
bool output_open_sound(struct show *show, struct output *output, int kbps, GError **error);

/* Ends the encoder before it lets go of the rest. An empty output is allowed. */
void output_close(struct output *output);
