/* SPDX-License-Identifier: EUPL-1.2
 *
 * source: something that delivers picture, sound or both. A source is a slot and a ring that stay
 * for its life, whatever becomes of the camera or browser at their other end. A speaker's source
 * is made by the invite and has SOURCE_SPEAKER.
 *
 * A source's role decides what the room may contain: `hall` is heard online and by the speakers,
 * never in the hall; `remote` is heard everywhere. A camera is hall unless said otherwise,
 * everything else remote; a speaker is always remote.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <twinstage/stage_stats.h>
#include <twinstage/words.h>

struct show;

#define GAIN_SILENCE_DB (-120.0)

struct source_spec {
	const char *name;
	enum source_kind kind;
	const char *path;	/* file, still */
	const char *passphrase; /* srt; NULL: none */
	int latency_ms;		/* srt; 0: the setting */
	enum role role;		/* ROLE_UNSET: by kind */
	bool is_once;		/* file */
};

struct source_change {
	bool has_gain;
	double gain_db; /* GAIN_SILENCE_DB .. +12 */
	enum switch_state mute;
	int delay_ms; /* -1: as it is */
	enum role role;
};

enum tally { TALLY_OFF, TALLY_PREVIEW, TALLY_PROGRAM };

/* All that is known of a source, copied. Strings live until the show changes. */
struct source_view {
	const char *name;
	enum source_kind kind;
	enum role role;
	enum source_state state;
	double state_s;	  /* since when, in seconds */
	bool is_in_scene; /* some scene shows it; a speaker: one that shows all of them, too */
	enum tally tally;
	const char *detail; /* the last thing said about it: where from, why lost */
	const char *path;
	double gain_db;
	bool is_muted, is_pinned;
	bool is_heard; /* program has it in its sound now */
	int delay_ms;
	bool has_passphrase;
	/* picture and sound as they come */
	int width, height;
	double fps;
	const char *video_codec, *audio_codec;
	bool is_interlaced;
	/* before decoding, of SRT and files: "high", "main" ..; NAN and "": not known. The key interval
	 * is the last one, or how long the last key is ago: at least so much. */
	const char *profile;
	double key_interval_ms, coded_fps;
	bool has_b_frames; /* within the last ten seconds */
	/* Of the last ten seconds; the eye and the meter that see it (eye.h, meter.h). */
	double seen_s;			    /* for so long it is looked at; 0: not now */
	double black_s, frozen_s, silent_s; /* for so long; 0: it is not */
	unsigned clips;
	double window_lufs;
	double peak_db, rms_db, momentary_lufs,
		short_term_lufs;	/* before gain; peak and rms of the louder side */
	double held_db;			/* the highest peak of the last 3 s */
	bool has_sound;			/* some has come, once */
	double ring_ms, ring_target_ms; /* what waits of it, what should (without its delay) */
	/* its clock against ours, as learned within about three minutes: above 0 it is fast */
	double drift_ppm;
	double resampler_ratio; /* frames made of one that came, now */
	uint64_t underruns, resyncs;
	/* pictures since the source was made; the last three: that could not be decoded in time,
	 * that a newer one replaced before a tick took them, that were shown again for want of a newer
	 * one (both while a bus looks) */
	bool has_picture; /* some has come, once */
	uint64_t pictures, pictures_late, pictures_dropped, pictures_repeated;

	/* The clocks; NAN: not known, because nothing comes, or it never arrived (a file). */
	struct stage_stats decode, tick_wait; /* of pictures, since the source was made */
	struct stage_stats sound_decode;      /* of sound; what waits then is ring_ms */
	/* from a picture's first byte to its being decoded and due, the wait for its sound included;
	 * smoothed */
	double decode_ms;
	double tick_wait_ms; /* from there to the tick that takes it; only while a bus looks */
	/* both together (half a tick where no bus looks): what the server adds to the picture */
	double picture_delay_ms;
	/* What the server adds to the picture less what it adds to the sound, each counted from the
	 * camera's own time stamp to the tick that mixes it: (decoding + wait for the tick) - (decoding
	 * + ring, which holds the source's delay_ms, too). Above 0 the picture is late, and a longer
	 * delay_ms would mend it. */
	double lip_sync_ms;

	/* the way here, SRT or WebRTC; NAN: nothing is connected, or it has no such thing */
	double loss_percent, rtt_ms, kbps;
	double window_loss_percent; /* of the last ten seconds */
	uint64_t window_dropped;    /* SRT: packets that came too late in them */
	int srt_latency_ms;	    /* 0: not over SRT */
	double srt_buffer_ms;	    /* in SRT's receive buffer now */
	/* of a browser: how unevenly packets come, and how long the jitter buffers hold them */
	double jitter_ms, jitter_picture_ms, jitter_sound_ms;
};

bool source_add(struct show *show, const struct source_spec *spec, GError **error);

/* Makes the source of that name anew of another kind, file, passphrase, latency or role, in place:
 * every scene goes on showing it, its levels stay. A camera whose passphrase or latency changed
 * stays connected; both hold from its next call on. If it cannot be, the source is as it was. */
bool source_replace(struct show *show, const struct source_spec *spec, GError **error);

bool source_set(struct show *show, const char *name, const struct source_change *change,
		GError **error);

/* Program and the returns hear it whatever is shown, or (SWITCH_OFF) only while the scene on program
 * shows it, which is how a source begins. SWITCH_UNSET: on. Refused for a speaker, who is heard
 * while admitted, and for a still. */
bool source_pin(struct show *show, const char *name, enum switch_state state, GError **error);

/* Refuses (ERROR_CONFLICT) while a scene shows it, naming the scenes, and for a speaker (uninvite
 * them). */
bool source_remove(struct show *show, const char *name, GError **error);

int source_count(const struct show *show);
void source_view(const struct show *show, int index,
		 struct source_view *view); /* index in order of creation */
bool source_find(const struct show *show, const char *name, struct source_view *view);

const char *source_state_name(enum source_state state); /* "live" */
const char *tally_name(enum tally tally);		/* "program" "preview" "off" */
