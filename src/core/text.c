/* SPDX-License-Identifier: EUPL-1.2
 *
 * The show as the commands that would make it. A scene may name speakers, so invites come before
 * scenes.
 */
#include <string.h>

#include "cue.h"
#include "overlay.h"
#include "quote.h"
#include "state.h"

static void put_word(GString *out, const char *word)
{
	g_string_append_c(out, ' ');
	quote_word(out, word);
}

static void put_number(GString *out, double number)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append(out, g_ascii_formatd(text, sizeof(text), "%g", number));
}

#define WORD_TEXT(code, text) [code] = text,
static const char *const kinds[] = {SOURCE_KINDS(WORD_TEXT)};
static const char *const layouts[] = {LAYOUTS(WORD_TEXT)};
static const char *const fits[] = {FITS(WORD_TEXT)};
static const char *const roles[] = {ROLES(WORD_TEXT)};

static enum role usual_role(enum source_kind kind)
{
	return kind == SOURCE_SRT ? ROLE_HALL : ROLE_REMOTE;
}

/* Speakers come after all other sources, so each one's levels follow its own line: then a show that
 * was read again writes the same. */
static void put_levels(const struct source *source, GString *out)
{
	if (source->is_pinned) {
		g_string_append(out, "pin");
		put_word(out, source->name);
		g_string_append_c(out, '\n');
	}
	if (source->gain_db == 0 && !source->is_muted && !source->delay_ms)
		return;
	g_string_append(out, "source set");
	put_word(out, source->name);
	if (source->gain_db <= GAIN_SILENCE_DB) {
		g_string_append(out, " --gain off");
	} else if (source->gain_db != 0) {
		g_string_append(out, " --gain ");
		put_number(out, source->gain_db);
		g_string_append(out, "dB");
	}
	if (source->is_muted)
		g_string_append(out, " --mute on");
	if (source->delay_ms)
		g_string_append_printf(out, " --delay_ms %d", source->delay_ms);
	g_string_append_c(out, '\n');
}

/* A path that begins with a dash would be read as an option. */
static void put_path(const char *path, GString *out)
{
	g_autofree char *relative = g_strconcat("./", path, NULL);

	put_word(out, *path == '-' ? relative : path);
}

static void put_source(const struct source *source, GString *out)
{
	g_string_append(out, "source add");
	put_word(out, source->name);
	put_word(out, kinds[source->kind]);
	if (source->path)
		put_path(source->path, out);
	if (source->passphrase) {
		g_string_append(out, " --passphrase");
		put_word(out, source->passphrase);
	}
	if (source->latency_ms)
		g_string_append_printf(out, " --latency_ms %d", source->latency_ms);
	if (source->role != usual_role(source->kind))
		g_string_append_printf(out, " --role %s", roles[source->role]);
	if (source->is_once)
		g_string_append(out, " --once");
	g_string_append_c(out, '\n');
	put_levels(source, out);
}

static void put_invite(const struct show *show, const struct speaker *speaker, bool is_private,
		       GString *out)
{
	const struct source *source = show_source_by_id(show, speaker->source_id);

	g_string_append(out, "invite");
	put_word(out, source->name);
	if (is_private) {
		g_autoptr(GDateTime) until = g_date_time_new_from_unix_utc(speaker->expires_s);
		g_autofree char *text = g_date_time_format(until, "%Y-%m-%dT%H:%M:%SZ");

		g_string_append_printf(out, " --until %s --serial %u", text, speaker->serial);
	}
	g_string_append_c(out, '\n');
	put_levels(source, out);
}

static void put_box(const struct show *show, const struct scene *scene, const struct box *box,
		    GString *out)
{
	const struct source *source = show_source_by_id(show, box->source_id);

	g_string_append(out, "scene place");
	put_word(out, scene->name);
	put_word(out, source ? source->name : BOX_SPEAKERS);
	if (box->has_rect) {
		const double numbers[] = {box->x, box->y, box->width, box->height};

		g_string_append(out, " --at ");
		for (int i = 0; i < 4; i++) {
			if (i)
				g_string_append_c(out, ',');
			put_number(out, numbers[i]);
		}
	}
	if (box->fit)
		g_string_append_printf(out, " --fit %s", fits[box->fit]);
	g_string_append_c(out, '\n');
}

static void put_scene(const struct show *show, const struct scene *scene, GString *out)
{
	const struct source *still = show_source_by_id(show, scene->still_id);

	g_string_append(out, "scene add");
	put_word(out, scene->name);
	g_string_append_printf(out, " %s --background \"#%06x\"", layouts[scene->layout],
			       scene->background);
	if (still) {
		g_string_append(out, " --still");
		put_word(out, still->name);
	}
	g_string_append_c(out, '\n');
	for (guint i = 0; i < scene->boxes->len; i++)
		put_box(show, scene, &g_array_index(scene->boxes, struct box, i), out);
}

static void put_line(GString *out, const char *command, const char *word)
{
	g_string_append(out, command);
	put_word(out, word);
	g_string_append_c(out, '\n');
}

static void put_air(const struct show *show, GString *out)
{
	const struct scene *program = show_scene_by_id(show, show->program_id);
	const struct scene *preview = show_scene_by_id(show, show->preview_id);
	const struct scene *room = show_scene_by_id(show, show->room_id);

	if (show->room_mode != ROOM_AUTO)
		put_line(out, "room", room ? room->name : "program");
	if (*show->slate_picture)
		put_line(out, "slate --picture", show->slate_picture);
	if (show->black.is_black)
		g_string_append(out, "fade-to-black on --over 0ms\n"); /* before anything is seen */
	if (program)
		put_line(out, "cut", program->name);
	if (preview)
		put_line(out, "preview", preview->name);
	if (show->is_slate)
		put_line(out, "slate", "on");
}

static void put_option(GString *out, const char *option, const char *word)
{
	if (!*word)
		return;
	g_string_append(out, option);
	put_word(out, word);
}

static void put_overlay(const struct overlay_spec *overlay, GString *out)
{
	g_autoptr(GDateTime) until = g_date_time_new_from_unix_utc(overlay->until_s);

	g_string_append_printf(out, "%s show", overlay_kind_name(overlay->kind));
	switch (overlay->kind) {
	case OVERLAY_TITLE:
		put_word(out, overlay->text);
		put_option(out, "", overlay->more);
		if (overlay->for_ms)
			g_string_append_printf(out, " --for %" G_GINT64_FORMAT "ms",
					       overlay->for_ms);
		break;
	case OVERLAY_LOGO:
		put_path(overlay->text, out);
		break;
	case OVERLAY_COUNTDOWN: {
		g_autofree char *text = g_date_time_format(until, "%Y-%m-%dT%H:%M:%SZ");

		put_word(out, text);
		put_option(out, " --text", overlay->text);
		break;
	}
	case OVERLAY_TICKER:
		put_word(out, overlay->text);
		break;
	default:
		break;
	}
	put_option(out, " --at", corner_name(overlay->corner));
	g_string_append_c(out, '\n');
}

static void put_overlays(const struct show *show, GString *out)
{
	for (int i = 0; i < overlay_count(show); i++) {
		struct overlay_spec overlay;

		overlay_view(show, i, &overlay);
		put_overlay(&overlay, out);
	}
}

static void put_cues(const struct show *show, bool is_private, GString *out)
{
	char here[16];

	for (int i = 0; i < cue_count(show); i++) {
		struct cue_view cue;

		cue_view(show, i, &cue);
		g_string_append_printf(out, "cue add %s", cue.number);
		put_word(out, cue.title);
		g_string_append_printf(out, " -- %s\n", cue.commands);
	}
	cue_current(show, here);
	if (is_private && *here)
		put_line(out, "cue at", here);
}

static int by_admission(const void *a, const void *b)
{
	const struct speaker *first = *(struct speaker *const *)a,
			     *second = *(struct speaker *const *)b;

	return first->admitted < second->admitted ? -1 : first->admitted > second->admitted;
}

/* In their order, which is the order that a grid shows them in. */
static void put_admissions(const struct show *show, GString *out)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_copy(show->speakers, NULL, NULL);

	if (sorted->len)
		qsort(sorted->pdata, sorted->len, sizeof(sorted->pdata[0]), by_admission);
	for (guint i = 0; i < sorted->len; i++) {
		const struct speaker *speaker = sorted->pdata[i];

		if (speaker->admitted)
			put_line(out, "speaker admit",
				 show_source_by_id(show, speaker->source_id)->name);
	}
}

void show_write(const struct show *show, bool is_private, GString *out)
{
	assert_control_thread(show);
	for (guint i = 0; i < show->sources->len; i++)
		if (((const struct source *)show->sources->pdata[i])->kind != SOURCE_SPEAKER)
			put_source(show->sources->pdata[i], out);
	for (guint i = 0; i < show->speakers->len; i++)
		put_invite(show, show->speakers->pdata[i], is_private, out);
	for (guint i = 0; i < show->scenes->len; i++)
		put_scene(show, show->scenes->pdata[i], out);
	put_cues(show, is_private, out);
	if (is_private)
		put_admissions(show, out);
	put_air(show, out);
	put_overlays(show, out);
}
