/* SPDX-License-Identifier: EUPL-1.2
 *
 * audio: the sound of one tick: 10 ms of each source through the gain matrix into each bus. Knows
 * the sound plan, no clock and no thread: who calls audio_tick() is the audio thread, or a test.
 */
#pragma once

struct audio;
struct sound_plan;

struct audio *audio_create(void);

/* Makes 10 ms of every bus of the plan (NULL: nothing to do). A source or bus is known from plan to
 * plan by its id, so its ramp and limiter go on. */
void audio_tick(struct audio *audio, const struct sound_plan *plan);

void audio_destroy(struct audio *audio);
