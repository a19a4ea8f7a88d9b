/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <string.h>

#include "bus_view.h"
#include "command.h"
#include "describe.h"
#include "preflight.h"
#include "program.h"
#include "settings.h"
#include "show.h"
#include "source.h"
#include "speaker.h"
#include "viewer.h"
#include "vitals.h"

#define USUAL_LENGTH_S (3 * 3600)

static double return_rtt(const struct show *show, const char *name)
{
	for (int i = 0; i < viewer_count(show); i++) {
		struct viewer_view view;

		if (viewer_view(show, i, &view) && view.is_connected &&
		    strcmp(view.speaker, name) == 0 && view.rtt_ms > 0)
			return view.rtt_ms;
	}
	return NAN;
}

static void check_inputs(const struct show *show, struct preflight *preflight)
{
	for (int i = 0; i < source_count(show); i++) {
		struct source_view view;

		source_view(show, i, &view);
		if (view.kind != SOURCE_SPEAKER)
			preflight_source(preflight, &view);
	}
	for (int i = 0; i < speaker_count(show); i++) {
		struct speaker_view view;

		speaker_view(show, i, &view);
		preflight_speaker(preflight, &view, return_rtt(show, view.name));
	}
}

static void check_outputs(const struct show *show, struct preflight *preflight)
{
	struct program_view program;

	program_view(show, &program);
	preflight_program(preflight, &program, vitals_missed_ticks(show));
	for (int i = 0; i < bus_count(show); i++) {
		struct bus_view view;

		bus_view(show, i, &view);
		preflight_bus(preflight, &view);
	}
}

/* Until all that is there has been seen for the whole window, in ms. */
static int time_to_wait_ms(const struct show *show)
{
	double youngest_s = vitals_age_s();

	for (int i = 0; i < source_count(show); i++) {
		struct source_view view;

		source_view(show, i, &view);
		if (view.kind != SOURCE_STILL &&
		    (view.state == SOURCE_LIVE || view.state == SOURCE_CONNECTED))
			youngest_s = fmin(youngest_s, view.state_s);
	}
	return youngest_s < PREFLIGHT_WINDOW_S
		       ? (int)((PREFLIGHT_WINDOW_S - youngest_s) * 1000) + 100
		       : 0;
}

static char *camera_host(const struct machine_facts *facts)
{
	const char *end = strchr(facts->addresses, ',');

	if (!*facts->addresses)
		return g_strdup("127.0.0.1");
	return end ? g_strndup(facts->addresses, (gsize)(end - facts->addresses))
		   : g_strdup(facts->addresses);
}

bool cmd_check(const struct call *call, struct reply *reply, GError **error)
{
	const struct show *show = call->context->show;
	struct machine_facts facts;

	(void)error;
	vitals_read(show, &facts);
	facts.planned_s = (double)call_number(call, "length", USUAL_LENGTH_S * 1000) / 1000;
	g_autofree char *host = camera_host(&facts);
	struct preflight *preflight = preflight_create(show_settings(show), host);

	check_inputs(show, preflight);
	check_outputs(show, preflight);
	preflight_machine(preflight, &facts);
	preflight_sort(preflight);
	describe_check(preflight, call_flag(call, "all"), reply);
	reply->again_ms = call_flag(call, "now") ? 0 : time_to_wait_ms(show);
	json_object_set_new(reply->data, "again_ms", json_integer(reply->again_ms));
	preflight_destroy(preflight);
	return true;
}
