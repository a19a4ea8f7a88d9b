/* SPDX-License-Identifier: EUPL-1.2
 *
 * words: the closed vocabularies of the command language, each once: the code and how it is
 * written. The tables expand into the enums here, into the parser, into completion and into help.
 */
#pragma once

#define SOURCE_KINDS(W) W(SOURCE_SRT, "srt") W(SOURCE_FILE, "file") W(SOURCE_STILL, "still") W(SOURCE_TEST, "test")
#define LAYOUTS(W)      W(LAYOUT_FULL, "full") W(LAYOUT_PIP, "pip") W(LAYOUT_SIDE, "side") \
			W(LAYOUT_STAGE_SLIDES, "stage+slides") W(LAYOUT_GRID, "grid")
#define FITS(W)         W(FIT_FIT, "fit") W(FIT_FILL, "fill")
#define TRANSITIONS(W)  W(TRANSITION_CUT, "cut") W(TRANSITION_MIX, "mix") W(TRANSITION_WIPE, "wipe") \
			W(TRANSITION_SLIDE, "slide") W(TRANSITION_MOVE, "move")
#define ROLES(W)        W(ROLE_HALL, "hall") W(ROLE_REMOTE, "remote")
#define SWITCHES(W)     W(SWITCH_ON, "on") W(SWITCH_OFF, "off")
#define CORNERS(W)      W(CORNER_TOP_LEFT, "top-left") W(CORNER_TOP_RIGHT, "top-right") \
			W(CORNER_BOTTOM_LEFT, "bottom-left") W(CORNER_BOTTOM_RIGHT, "bottom-right")
/* In the order in which they take their places from the picture's edges inwards. */
#define OVERLAYS(W)     W(OVERLAY_TICKER, "ticker") W(OVERLAY_TITLE, "title") W(OVERLAY_LOGO, "logo") \
			W(OVERLAY_CLOCK, "clock") W(OVERLAY_COUNTDOWN, "countdown")
#define SOURCE_STATES(W) W(SOURCE_WAITING, "waiting") W(SOURCE_CONNECTED, "connected") W(SOURCE_LIVE, "live") \
			W(SOURCE_STALLED, "stalled") W(SOURCE_LOST, "lost") W(SOURCE_FAILED, "failed")
#define SPEAKER_STATES(W) W(SPEAKER_CONNECTED, "connected") W(SPEAKER_ABSENT, "absent") W(SPEAKER_ADMITTED, "admitted") \
			W(SPEAKER_WAITING, "waiting") W(SPEAKER_MUTED, "muted") W(SPEAKER_UNMUTED, "unmuted")

/* Which type of argument (types.def) takes the words of which list. */
#define VOCABULARIES(V) \
	V(SOURCE_KIND, SOURCE_KINDS) \
	V(LAYOUT, LAYOUTS) \
	V(FIT, FITS) \
	V(TRANSITION, TRANSITIONS) \
	V(ROLE, ROLES) \
	V(SWITCH, SWITCHES) \
	V(CORNER, CORNERS) \
	V(SOURCE_STATE, SOURCE_STATES) \
	V(SPEAKER_STATE, SPEAKER_STATES)

#define WORD_CODE(code, text) code,

/* Zero is always "not said". A speaker is a source, too, but no command creates one: an invite
 * does. */
enum source_kind { SOURCE_KIND_UNSET, SOURCE_KINDS(WORD_CODE) SOURCE_SPEAKER };
enum layout { LAYOUT_UNSET, LAYOUTS(WORD_CODE) };
enum fit { FIT_UNSET, FITS(WORD_CODE) };
enum transition_kind { TRANSITION_UNSET, TRANSITIONS(WORD_CODE) };
enum role { ROLE_UNSET, ROLES(WORD_CODE) };
enum switch_state { SWITCH_UNSET, SWITCHES(WORD_CODE) };
enum corner { CORNER_UNSET, CORNERS(WORD_CODE) };
enum overlay_kind { OVERLAY_UNSET, OVERLAYS(WORD_CODE) OVERLAY_KINDS };

/* How a source is; the first is how it begins. */
enum source_state { SOURCE_STATES(WORD_CODE) };
/* How a speaker is, for who waits for it: three questions with two answers each. */
enum speaker_state { SPEAKER_STATE_UNSET, SPEAKER_STATES(WORD_CODE) };
