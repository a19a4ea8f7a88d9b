/* SPDX-License-Identifier: EUPL-1.2 */
#include "cue.h"

#include <string.h>

#include "error.h"
#include "settings.h"
#include "state.h"

#define MOST_TITLE 100

/* ---- numbers: kept as thousandths ---- */

static bool read_digits(const char **at, int most, int64_t *number)
{
	int n = 0;

	for (*number = 0; g_ascii_isdigit(**at) && n <= most; n++, (*at)++)
		*number = *number * 10 + (**at - '0');
	return n > 0 && n <= most;
}

static bool read_place(const char *number, int64_t *place, GError **error)
{
	const char *at = number;
	int64_t whole = 0, part = 0;
	bool is_good = read_digits(&at, 5, &whole);

	if (is_good && *at == '.') {
		const char *point = at++;

		is_good = read_digits(&at, 3, &part);
		for (const char *end = at; end - point < 4; end++)
			part *= 10;
	}
	if (!is_good || *at)
		return fail(error, ERROR_BAD_INPUT,
			    "cue: \"%s\" is no number of a cue (as 12 or 12.5, up to 99999.999)",
			    number);
	*place = whole * 1000 + part;
	return true;
}

static void write_place(int64_t place, char number[16])
{
	int n = g_snprintf(number, 16, "%d.%03d", (int)(place / 1000), (int)(place % 1000));

	while (number[n - 1] == '0')
		number[--n] = '\0';
	if (number[n - 1] == '.')
		number[n - 1] = '\0';
}

/* ---- finding ---- */

static struct cue *cue_at(const struct show *show, int64_t place)
{
	for (guint i = 0; i < show->cues->len; i++) {
		struct cue *cue = show->cues->pdata[i];

		if (cue->place == place)
			return cue;
	}
	return NULL;
}

static bool no_cue(const struct show *show, const char *number, GError **error)
{
	g_autoptr(GString) have = g_string_new(NULL);
	char text[16];

	for (guint i = 0; i < show->cues->len; i++) {
		write_place(((const struct cue *)show->cues->pdata[i])->place, text);
		g_string_append_printf(have, "%s%s", i ? ", " : "", text);
	}
	return fail(error, ERROR_NOT_FOUND, "no cue \"%s\" (have: %s)", number,
		    have->len ? have->str : "none");
}

static struct cue *find(const struct show *show, const char *number, GError **error)
{
	int64_t place;
	struct cue *cue = NULL;

	if (!read_place(number, &place, error))
		return NULL;
	cue = cue_at(show, place);
	if (!cue)
		no_cue(show, number, error);
	return cue;
}

static void fill_view(const struct show *show, const struct cue *cue, struct cue_view *view)
{
	*view = (struct cue_view){
		.title = cue->title,
		.commands = cue->commands,
		.is_current = cue->place == show->cue_place,
	};
	write_place(cue->place, view->number);
}

bool cue_find(const struct show *show, const char *number, struct cue_view *view, GError **error)
{
	assert_control_thread(show);
	const struct cue *cue = find(show, number, error);

	if (cue)
		fill_view(show, cue, view);
	return cue != NULL;
}

bool cue_next(const struct show *show, struct cue_view *view, GError **error)
{
	char here[16];

	assert_control_thread(show);
	for (guint i = 0; i < show->cues->len; i++) {
		const struct cue *cue = show->cues->pdata[i];

		if (cue->place > show->cue_place) {
			fill_view(show, cue, view);
			return true;
		}
	}
	if (!show->cues->len)
		return fail(error, ERROR_CONFLICT, "there are no cues (cue add makes one)");
	cue_current(show, here);
	return fail(error, ERROR_CONFLICT,
		    "no cue comes after %s (back runs the one before; cue go NUMBER any)", here);
}

bool cue_previous(const struct show *show, struct cue_view *view, GError **error)
{
	char here[16];

	assert_control_thread(show);
	for (guint i = show->cues->len; i > 0; i--) {
		const struct cue *cue = show->cues->pdata[i - 1];

		if (cue->place < show->cue_place) {
			fill_view(show, cue, view);
			return true;
		}
	}
	cue_current(show, here);
	if (!*here)
		return fail(error, ERROR_CONFLICT, "no cue was run yet (next runs the first)");
	return fail(error, ERROR_CONFLICT, "no cue comes before %s (cue go NUMBER runs any)", here);
}

int cue_count(const struct show *show)
{
	return (int)show->cues->len;
}

void cue_view(const struct show *show, int index, struct cue_view *view)
{
	assert_control_thread(show);
	fill_view(show, show->cues->pdata[index], view);
}

void cue_current(const struct show *show, char number[16])
{
	assert_control_thread(show);
	*number = '\0';
	if (show->cue_place >= 0)
		write_place(show->cue_place, number);
}

/* ---- changing ---- */

void cue_destroy(struct cue *cue)
{
	if (!cue)
		return;
	g_free(cue->title);
	g_free(cue->commands);
	g_free(cue);
}

/* Files hold them in their order, so the place is looked for from the end. */
static void insert(struct show *show, struct cue *cue)
{
	guint at = show->cues->len;

	while (at > 0 && ((const struct cue *)show->cues->pdata[at - 1])->place > cue->place)
		at--;
	g_ptr_array_insert(show->cues, (gint)at, cue);
}

static bool check_title(const char *title, GError **error)
{
	if (g_utf8_strlen(title, -1) > MOST_TITLE)
		return fail(error, ERROR_BAD_INPUT,
			    "the title is too long: %ld characters (1 to %d would do)",
			    g_utf8_strlen(title, -1), MOST_TITLE);
	/* In a show file it would be read as an option. */
	if (g_str_has_prefix(title, "--"))
		return fail(error, ERROR_BAD_INPUT, "the title \"%s\" begins with --", title);
	return true;
}

/* Whether a number is free, and which place it is. */
static bool check_free(const struct show *show, const char *number, const struct cue *except,
		       int64_t *place, GError **error)
{
	const struct cue *other;

	if (!read_place(number, place, error))
		return false;
	other = cue_at(show, *place);
	if (!other || other == except)
		return true;
	return fail(error, ERROR_EXISTS, "there is a cue %s already: %s (cue set changes it)",
		    number, other->title);
}

static void changed(struct show *show, const struct cue *cue, const char *what)
{
	char number[16];

	write_place(cue->place, number);
	show_tell(show, EVENT_cue_changed, number, "cue %s %s", number, what);
	show_changed(show);
}

bool cue_add(struct show *show, const struct cue_spec *spec, GError **error)
{
	int64_t place;

	assert_control_thread(show);
	if (!check_free(show, spec->number, NULL, &place, error) ||
	    !check_title(spec->title, error))
		return false;
	if (show->cues->len >= (guint)show->settings->max_cues)
		return fail(error, ERROR_LIMIT,
			    "there are %u cues already, as many as max_cues allows",
			    show->cues->len);
	struct cue *cue = g_new0(struct cue, 1);

	cue->place = place;
	cue->title = g_strdup(spec->title);
	cue->commands = g_strdup(spec->commands);
	insert(show, cue);
	changed(show, cue, "is added");
	return true;
}

static void set_text(char **text, const char *newer)
{
	if (!newer)
		return;
	g_free(*text);
	*text = g_strdup(newer);
}

bool cue_set(struct show *show, const char *number, const struct cue_spec *change, GError **error)
{
	assert_control_thread(show);
	struct cue *cue = find(show, number, error);
	int64_t place = cue ? cue->place : 0;

	if (!cue || (change->title && !check_title(change->title, error)) ||
	    (change->number && !check_free(show, change->number, cue, &place, error)))
		return false;
	cue->place = place;
	set_text(&cue->title, change->title);
	set_text(&cue->commands, change->commands);
	guint index;

	if (g_ptr_array_find(show->cues, cue, &index)) {
		g_ptr_array_steal_index(show->cues, index);
		insert(show, cue);
	}
	changed(show, cue, "is changed");
	return true;
}

bool cue_remove(struct show *show, const char *number, GError **error)
{
	assert_control_thread(show);
	struct cue *cue = find(show, number, error);

	if (!cue)
		return false;
	g_ptr_array_remove(show->cues, cue);
	show_tell(show, EVENT_cue_changed, number, "cue %s is removed", number);
	show_changed(show);
	return true;
}

bool cue_mark(struct show *show, const char *number, GError **error)
{
	int64_t place = -1;

	assert_control_thread(show);
	if (number && !read_place(number, &place, error))
		return false;
	show->cue_place = place;
	show_changed(show);
	return true;
}

void cue_start(struct show *show, const char *number)
{
	assert_control_thread(show);
	const struct cue *cue = find(show, number, NULL);

	if (!cue)
		return; /* its own commands cannot remove it, but whoever calls may be mistaken */
	show->cue_place = cue->place;
	show_tell(show, EVENT_cue_started, number, "cue %s: %s", number, cue->title);
	show_changed(show);
}
