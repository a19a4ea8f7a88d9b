/* SPDX-License-Identifier: EUPL-1.2
 *
 * speaker: a two-way person: an invite, a source of the same name, a publishing peer in, a return
 * peer out. Until admitted they see and hear the return, and nobody but the crew knows of them.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "source.h"

struct show;

struct invite_spec {
	const char *name;
	int64_t expires_s; /* seconds since 1970 UTC; 0: now and invite_hours */
	uint32_t serial;   /* 0: the next one */
};

struct speaker_view {
	const char *name;
	bool is_connected; /* their browser sends */
	bool has_return;   /* their browser receives */
	bool is_admitted;
	bool is_muted;
	enum tally tally;
	int64_t expires_s;
	uint32_t serial;
	struct source_view source;
};

/* Makes the speaker, or renews their invite (the old link ends; who is connected stays). *token:
 * g_free(). */
bool speaker_invite(struct show *show, const struct invite_spec *spec, char **token,
		    GError **error);

/* Ends the invite and the connection and removes the source, out of every scene, too. */
bool speaker_uninvite(struct show *show, const char *name, GError **error);

bool speaker_admit(struct show *show, const char *name,
		   GError **error); /* also before they are connected */
bool speaker_dismiss(struct show *show, const char *name, GError **error);
bool speaker_mute(struct show *show, const char *name, bool is_muted, GError **error);

int speaker_count(const struct show *show);
void speaker_view(const struct show *show, int index, struct speaker_view *view);

/* Whose token is this? Their index, or -1 with ERROR_BAD_TOKEN (expired, replaced, withdrawn,
 * wrong). */
int speaker_by_token(const struct show *show, const char *token, GError **error);
