/* SPDX-License-Identifier: EUPL-1.2
 *
 * program: what is on air and what is next; and what the room's screens show. A change is on air
 * with the next video tick.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/words.h>

struct show;

struct program_view {
	const char *program; /* scene's name, "" if none yet (the slate is shown) */
	const char *preview; /* "" if none */
	const char *room;    /* scene's name, "auto" or "program" */
	bool is_slate;
	bool is_black; /* from the command on; and while the picture is on its way there or back: */
	bool is_fading;
	bool in_transition;
	double program_peak_db, program_momentary_lufs, program_short_term_lufs;
	double room_peak_db, room_momentary_lufs, room_short_term_lufs;
	int viewers, screens; /* connected to program, to room */
	uint64_t video_ticks, video_missed, audio_ticks, audio_missed;
	double video_tick_us, audio_tick_us;
	bool has_audio_priority; /* sound's threads come before all others */
	double encode_ms, encode_kbps;
};

bool program_preview(struct show *show, const char *scene, GError **error);

/* Swaps preview and program. Refused without a preview. duration_ms -1: the setting (cut: 0).
 * TRANSITION_UNSET: cut. A take during a transition completes that one and begins anew. */
bool program_take(struct show *show, enum transition_kind kind, int duration_ms, GError **error);
bool program_cut(struct show *show, const char *scene, GError **error);

/* "auto", "program" or a scene's name. */
bool program_room(struct show *show, const char *scene, GError **error);

/* The slate over program's picture (the sound goes on); picture NULL: as it is. SWITCH_UNSET
 * leaves it on or off. */
bool program_slate(struct show *show, enum switch_state state, const char *picture, GError **error);

/* Program's picture and sound fade to black and silence, or come back; SWITCH_UNSET: the other of
 * the two. duration_ms -1: the setting. It is the audience's black: it lies over whatever scene
 * or slate is on air, and stays when that changes. Nobody sees the speakers then, so the pages say
 * that they are not on air; the tally stays, since it says who is in the scene. The sound of the
 * room and of the returns goes on: hall and speakers still hear each other. */
bool program_black(struct show *show, enum switch_state state, int duration_ms, GError **error);

void program_view(const struct show *show, struct program_view *view);
