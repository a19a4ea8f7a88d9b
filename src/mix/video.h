/* SPDX-License-Identifier: EUPL-1.2
 *
 * video: the pictures of one tick: the newest frame of each source onto each bus. Knows the picture
 * plan, no clock and no thread: who calls video_tick() is the video thread, or a test.
 */
#pragma once

#include <stdint.h>

struct video;
struct picture_plan;
struct mixer_config;
struct mailbox;

struct video *video_create(const struct mixer_config *config, struct mailbox *up);

/* Puts one picture on every bus of the plan that is wanted (NULL: nothing to do), due at
 * `now_ns`. */
void video_tick(struct video *video, const struct picture_plan *plan, int64_t now_ns);

/* After a tick: when the newest frame of a source on air came; 0: there is none, or it is a still.
 * The source is the one of `source_id` as long as the first bus shows it, else the first that it
 * does; its id is put there (0: none). */
int64_t video_on_air(const struct video *video, const struct picture_plan *plan,
		     uint64_t *source_id);

void video_destroy(struct video *video);
