/* SPDX-License-Identifier: EUPL-1.2
 *
 * stage: a show on fakes, for tests: its settings, what it told, and words for what tests do most.
 * Functions without a GError fail the test where the show refuses.
 */
#pragma once

#include "error.h" /* its fail() before cmocka's */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <string.h>
#include <twinstage/note.h>

#include "clock.h"
#include "fakes.h"
#include "program.h"
#include "scene.h"
#include "settings.h"
#include "show.h"
#include "source.h"
#include "speaker.h"
#include "viewer.h"

struct stage {
	struct settings *settings;
	struct show *show;
	GPtrArray *told; /* "event subject: text", show_changed left out */
};

/* cmocka's setup and teardown; *state is the stage. Teardown looks that all fakes are gone. */
int stage_open(void **state);
int stage_close(void **state);

/* For a test that fills the fakes' flags or the settings first. */
struct stage *stage_create(void);
bool stage_start(struct stage *stage, GError **error);

void stage_set(struct stage *stage, const char *setting, const char *value);

/* The show's text; a new string. */
char *stage_text(const struct stage *stage, bool is_private);

/* Whether an event whose line begins so was told since the last stage_forget(); how many. */
int stage_told(const struct stage *stage, const char *start);
void stage_forget(struct stage *stage);

void add_source(struct stage *stage, const char *name, enum source_kind kind); /* no files */
void add_still(struct stage *stage, const char *name); /* of a file that is there */
void add_scene(struct stage *stage, const char *name, enum layout layout,
	       ...) G_GNUC_NULL_TERMINATED;	     /* its boxes */
char *invite(struct stage *stage, const char *name); /* the token, a new string */

/* The session's name, a new string; the peer is fake_newest_peer(). */
char *join(struct stage *stage, const char *bus, const char *token);
void join_crew(struct stage *stage, const char *bus);
char *publish(struct stage *stage, const char *token);

void note(struct stage *stage, enum note_kind kind, uint64_t id, int64_t value, const char *text);

/* Publishes, and the browser gets through; the peer's id. */
uint64_t arrive(struct stage *stage, const char *token);

/* The id of a source or bus is core's own; what the fakes were told has it. */
uint64_t source_id(struct stage *stage, const char *name);

struct speaker_view speaker(struct stage *stage, const char *name);
struct source_view source(struct stage *stage, const char *name);

/* The gain of a source in a sound bus (0 program, 1 room, 2.. returns by speaker), and what a
 * picture bus's boxes show, as "cam,anna,-" (- is the slate). The latter is a new string. */
float gain(struct stage *stage, int bus, const char *source);
char *boxes(struct stage *stage, int bus);

/* `call`, which uses &error, is refused with this code, a message that holds `part`, and nothing
 * else happens. */
#define assert_refused(stage, expected, part, call)                                                \
	do {                                                                                       \
		g_autofree char *text_before = stage_text(stage, true);                            \
		uint64_t revision_before = show_revision((stage)->show);                           \
		GError *error = NULL;                                                              \
                                                                                                   \
		stage_forget(stage);                                                               \
		assert_false(call);                                                                \
		check_refusal(stage, error, expected, part, text_before, revision_before);         \
	} while (0)
void check_refusal(struct stage *stage, GError *error, enum error_code code, const char *part,
		   const char *text_before, uint64_t revision_before);

#define assert_done(call)                                                                          \
	do {                                                                                       \
		GError *error = NULL;                                                              \
		bool is_done = call;                                                               \
                                                                                                   \
		if (!is_done)                                                                      \
			fail_msg("refused: %s", error ? error->message : "no error");              \
	} while (0)
