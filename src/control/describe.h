/* SPDX-License-Identifier: EUPL-1.2
 *
 * describe: what the show is like, as text for people (short tables) and as JSON for programs, side
 * by side in one reply.
 */
#pragma once

#include <stdbool.h>
#include <twinstage/words.h>

struct show;
struct reply;

void describe_status(struct show *show, struct reply *reply);

/* Only what moves: what is on air, and each source's and bus's state and levels. */
void describe_levels(struct show *show, struct reply *reply);
void describe_sources(struct show *show, struct reply *reply);
void describe_scenes(struct show *show, struct reply *reply);
void describe_cues(struct show *show, struct reply *reply);
void describe_overlays(struct show *show, struct reply *reply);
void describe_speakers(struct show *show, struct reply *reply);
void describe_viewers(struct show *show, struct reply *reply);

/* Sorted already; `is_whole`: with what was measured of all that is well. Its verdict is the exit
 * status, too: 0, 4, 5. */
struct preflight;
void describe_check(const struct preflight *preflight, bool is_whole, struct reply *reply);

const char *role_name(enum role role);
const char *kind_name(enum source_kind kind); /* "srt" "speaker" */
