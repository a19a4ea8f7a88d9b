/* SPDX-License-Identifier: EUPL-1.2 */
#include "condition.h"

#include <stdio.h>
#include <string.h>
#include <twinstage/words.h>

#include "types.h"

/* ---- reading ---- */

/* "settled, program=SCENE, .." */
static bool refuse_all(const char *text, char *why, size_t size)
{
	char form[80];
	int used = snprintf(why, size, "--wait: no condition \"%s\" (have:", text);

	for (int i = 0; i < CONDITIONS && used < (int)size; i++) {
		condition_form((enum condition_kind)i, form, sizeof(form));
		used += snprintf(why + used, size - (size_t)used, "%s %s", i ? "," : "", form);
	}
	if (used < (int)size)
		snprintf(why + used, size - (size_t)used, ")");
	return false;
}

static bool refuse_form(enum condition_kind kind, const char *text, char *why, size_t size)
{
	char form[80];

	condition_form(kind, form, sizeof(form));
	snprintf(why, size, "--wait: \"%s\" has to be %s", text, form);
	return false;
}

static bool read_value(struct condition *condition, enum argument_type type, char *why, size_t size)
{
	const struct word *words = type_words(type);
	int used;

	for (const struct word *word = words; word && word->text; word++)
		if (strcmp(word->text, condition->value) == 0) {
			condition->code = word->code;
			return true;
		}
	if (!words)
		return true;
	used = snprintf(why, size, "--wait: no state \"%s\" (have:", condition->value);
	for (const struct word *word = words; word->text && used < (int)size; word++)
		used += snprintf(why + used, size - (size_t)used, "%s %s", word == words ? "" : ",",
				 word->text);
	if (used < (int)size)
		snprintf(why + used, size - (size_t)used, ")");
	return false;
}

static int kind_of(const char *text, size_t length)
{
	for (int i = 0; i < CONDITIONS; i++) {
		const char *subject = condition_row((enum condition_kind)i)->subject;

		if (strlen(subject) == length && memcmp(subject, text, length) == 0)
			return i;
	}
	return -1;
}

bool condition_read(struct condition *condition, const char *text, char *why, size_t size)
{
	size_t subject = strcspn(text, ":=");
	int kind = kind_of(text, subject);
	const char *name = text + subject, *equals = strrchr(text, '=');
	size_t length;

	if (kind < 0)
		return refuse_all(text, why, size);
	const struct condition_row *row = condition_row((enum condition_kind)kind);
	bool has_name = row->name != TYPE_FLAG, has_value = row->value != TYPE_FLAG;

	*condition = (struct condition){.kind = (enum condition_kind)kind, .value = ""};
	if ((*name == ':') != has_name || (equals != NULL) != has_value ||
	    (has_value && !equals[1]))
		return refuse_form(condition->kind, text, why, size);
	if (has_name) {
		length = (size_t)(equals - name) - 1;
		if (length < 1 || length >= sizeof(condition->name))
			return refuse_form(condition->kind, text, why, size);
		memcpy(condition->name, name + 1, length);
	}
	if (!has_value)
		return true;
	condition->value = equals + 1;
	return read_value(condition, row->value, why, size);
}

/* ---- checking ---- */

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static bool is_true(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

/* The object of that name in a list of the status; NULL, and *how says which there are. */
static const json_t *named(const json_t *status, const char *list, const char *name, char *how,
			   size_t size)
{
	const json_t *objects = json_object_get(status, list);
	size_t n = json_array_size(objects);
	int used;

	for (size_t i = 0; i < n; i++)
		if (strcmp(text_of(json_array_get(objects, i), "name"), name) == 0)
			return json_array_get(objects, i);
	used = snprintf(how, size, "there is no \"%s\" (%s:", name, list);
	for (size_t i = 0; i < n && used < (int)size; i++)
		used += snprintf(how + used, size - (size_t)used, "%s %s", i ? "," : "",
				 text_of(json_array_get(objects, i), "name"));
	if (used < (int)size)
		snprintf(how + used, size - (size_t)used, "%s)", n ? "" : " none");
	return NULL;
}

static enum verdict check_text(const char *subject, const char *is, const char *wanted, char *how,
			       size_t size)
{
	if (strcmp(is, wanted) == 0)
		return VERDICT_HOLDS;
	snprintf(how, size, "%s is %s", subject, *is ? is : "nothing");
	return VERDICT_NOT_YET;
}

static enum verdict check_scene(const struct condition *condition, const json_t *status, char *how,
				size_t size)
{
	const char *subject = condition_row(condition->kind)->subject;
	bool is_mode =
		condition->kind == CONDITION_room &&
		(strcmp(condition->value, "auto") == 0 || strcmp(condition->value, "program") == 0);

	if (!is_mode && !named(status, "scenes", condition->value, how, size))
		return VERDICT_NEVER;
	return check_text(subject, text_of(status, subject), condition->value, how, size);
}

static enum verdict check_source(const struct condition *condition, const json_t *status, char *how,
				 size_t size)
{
	const json_t *source = named(status, "sources", condition->name, how, size);

	if (!source)
		return VERDICT_NEVER;
	return check_text(condition->name, text_of(source, "state"), condition->value, how, size);
}

static bool speaker_is(const json_t *speaker, enum speaker_state state)
{
	switch (state) {
	case SPEAKER_CONNECTED:
		return is_true(speaker, "connected");
	case SPEAKER_ABSENT:
		return !is_true(speaker, "connected");
	case SPEAKER_ADMITTED:
		return is_true(speaker, "admitted");
	case SPEAKER_WAITING:
		return is_true(speaker, "connected") && !is_true(speaker, "admitted");
	case SPEAKER_MUTED:
		return is_true(speaker, "muted");
	case SPEAKER_UNMUTED:
		return !is_true(speaker, "muted");
	case SPEAKER_STATE_UNSET:
		break;
	}
	return false;
}

static enum verdict check_speaker(const struct condition *condition, const json_t *status,
				  char *how, size_t size)
{
	const json_t *speaker = named(status, "speakers", condition->name, how, size);

	if (!speaker)
		return VERDICT_NEVER;
	if (speaker_is(speaker, (enum speaker_state)condition->code))
		return VERDICT_HOLDS;
	snprintf(how, size, "%s is %s, %s, %s", condition->name,
		 is_true(speaker, "connected") ? "connected" : "absent",
		 is_true(speaker, "admitted") ? "admitted" : "not admitted",
		 is_true(speaker, "muted") ? "muted" : "unmuted");
	return VERDICT_NOT_YET;
}

enum verdict condition_check(const struct condition *condition, const json_t *status, char *how,
			     size_t size)
{
	switch (condition->kind) {
	case CONDITION_settled:
		snprintf(how, size, "a %s is running",
			 is_true(status, "fading") ? "fade" : "transition");
		return is_true(status, "in_transition") || is_true(status, "fading")
			       ? VERDICT_NOT_YET
			       : VERDICT_HOLDS;
	case CONDITION_program:
	case CONDITION_preview:
	case CONDITION_room:
		return check_scene(condition, status, how, size);
	case CONDITION_slate:
		return check_text("slate", is_true(status, "slate") ? "on" : "off",
				  condition->value, how, size);
	case CONDITION_black:
		return check_text("black", is_true(status, "black") ? "on" : "off",
				  condition->value, how, size);
	case CONDITION_source:
		return check_source(condition, status, how, size);
	case CONDITION_speaker:
		return check_speaker(condition, status, how, size);
	case CONDITIONS:
		break;
	}
	return VERDICT_NEVER;
}
