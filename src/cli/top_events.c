/* SPDX-License-Identifier: EUPL-1.2
 *
 * The part of the model that remembers what happened.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "top_json.h"

static bool is_warning(const char *name)
{
	static const struct {
		const char *name;
		enum { LEVEL_INFO, LEVEL_WARNING } level;
	} kinds[] = {
#define EVENT(name, level, meaning) {#name, LEVEL_##level},
#include <twinstage/events.def>
#undef EVENT
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].level == LEVEL_WARNING;
	return false;
}

/* "2030-05-01T18:15:03.123Z" as the clock on the wall here shows it. */
static char *local_time(const char *at)
{
	struct tm utc = {0}, local;
	char out[16] = "--:--:--";
	time_t when;

	if (strptime(at, "%Y-%m-%dT%H:%M:%S", &utc)) {
		when = timegm(&utc);
		if (localtime_r(&when, &local))
			strftime(out, sizeof(out), "%H:%M:%S", &local);
	}
	return strdup(out);
}

static void forget_event(struct model_event *event)
{
	free(event->at);
	free(event->text);
	free(event->key);
}

void model_forget_events(struct model *model)
{
	for (int i = 0; i < model->n_events; i++)
		forget_event(&model->events[i]);
	model->n_events = 0;
}

/* "source_lost cam-a": two of the same are the same trouble. */
static char *key_of(const json_t *event)
{
	char *key = NULL;

	return asprintf(&key, "%s %s", json_text(event, "event"), json_text(event, "subject")) < 0
		       ? NULL
		       : key;
}

/* The sentence, with the object's name before it if it does not hold it. */
static char *sentence_of(const json_t *event, int times)
{
	const char *subject = json_text(event, "subject"), *sentence = json_text(event, "text");
	bool is_named = !*subject || strstr(sentence, subject);
	char *out = NULL, count[32] = "";

	if (times > 1)
		snprintf(count, sizeof(count), " (%d times)", times);
	return asprintf(&out, "%s%s%s%s", is_named ? "" : subject, is_named ? "" : ": ", sentence,
			count) < 0
		       ? NULL
		       : out;
}

/* Room for one more; the oldest goes. */
static struct model_event *add_event(struct model *model)
{
	if (model->n_events == MODEL_EVENTS) {
		forget_event(&model->events[0]);
		memmove(&model->events[0], &model->events[1],
			(MODEL_EVENTS - 1) * sizeof(model->events[0]));
		model->n_events--;
	}
	return &model->events[model->n_events++];
}

void model_event(struct model *model, const json_t *event)
{
	bool is_trouble = is_warning(json_text(event, "event"));
	struct model_event *last = model->n_events ? &model->events[model->n_events - 1] : NULL;
	char *key;
	int times = 1;

	/* The lists show the lights themselves. */
	if (strcmp(json_text(event, "event"), "tally_changed") == 0)
		return;
	key = key_of(event);
	if (is_trouble && last && key && strcmp(last->key, key) == 0) {
		times = last->times + 1;
		forget_event(last);
	} else {
		last = add_event(model);
	}
	*last = (struct model_event){
		.at = local_time(json_text(event, "at")),
		.text = sentence_of(event, times),
		.key = key,
		.times = times,
		.is_warning = is_trouble,
	};
}
