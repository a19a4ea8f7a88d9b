/* SPDX-License-Identifier: EUPL-1.2 */
#include "desk.h"

#include <math.h>

#include "metrics.h"
#include "openmetrics.h"

/* ---- the format ---- */

static void test_samples(void **state)
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct labels labels = {0};

	(void)state;
	openmetrics_family(out, METRIC_COUNTER, "a_bytes", "bytes", "What \"is\"\na \\ b");
	labels_add(&labels, "name", "a\"b\\c\nd");
	labels_add(&labels, "speaker", ""); /* is none */
	labels_add(&labels, "other", "Zoë");
	openmetrics_sample(out, "a_bytes", "_total", &labels, 12345678901.0);
	openmetrics_sample(out, "a_bytes", "_total", &labels, NAN);
	openmetrics_family(out, METRIC_GAUGE, "b", "", "None");
	openmetrics_sample(out, "b", "", &(struct labels){0}, -0.25);
	openmetrics_end(out);
	assert_string_equal(out->str,
			    "# TYPE a_bytes counter\n# UNIT a_bytes bytes\n"
			    "# HELP a_bytes What \\\"is\\\"\\na \\\\ b\n"
			    "a_bytes_total{name=\"a\\\"b\\\\c\\nd\",other=\"Zoë\"} 12345678901\n"
			    "# TYPE b gauge\n# HELP b None\nb -0.25\n# EOF\n");
}

static void test_histogram(void **state)
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct stage_stats stage = {.count = 4, .sum_ms = 2503, .buckets = {1, 0, 2}};

	(void)state;
	stage.buckets[STAGE_BUCKETS - 1] = 1;
	openmetrics_stage(out, "h", &(struct labels){0}, &stage);
	assert_non_null(strstr(out->str, "h_bucket{le=\"0.001\"} 1\nh_bucket{le=\"0.002\"} 1\n"
					 "h_bucket{le=\"0.005\"} 3\n"));
	assert_non_null(strstr(out->str, "h_bucket{le=\"1.0\"} 3\nh_bucket{le=\"+Inf\"} 4\n"
					 "h_count 4\nh_sum 2.503\n"));
}

/* ---- what there is ---- */

static void set_up(struct desk *desk)
{
	do_say(desk, "source add cam srt");
	do_say(desk, "source add bars test");
	do_say(desk, "scene add stage pip");
	do_say(desk, "scene place stage cam");
	do_say(desk, "cut stage");
	note(desk->stage, NOTE_SOURCE_LIVE, source_id(desk->stage, "cam"), 0, NULL);
}

static char *text_of(struct desk *desk)
{
	GString *out = g_string_new(NULL);

	metrics_write(desk->stage->show, out);
	return g_string_free(out, FALSE);
}

static void check_has(const char *text, const char *line)
{
	if (!strstr(text, line))
		fail_msg("no %s in\n%s", line, text);
}

/* Family -> "" or its unit; fails if one is there twice. */
static GHashTable *families(const char *text)
{
	GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (int i = 0; lines[i]; i++) {
		g_auto(GStrv) words = g_strsplit(lines[i], " ", 4);

		if (g_str_has_prefix(lines[i], "# TYPE "))
			assert_true(g_hash_table_insert(found, g_strdup(words[2]), g_strdup("")));
		else if (g_str_has_prefix(lines[i], "# UNIT "))
			g_hash_table_replace(found, g_strdup(words[2]), g_strdup(words[3]));
	}
	return found;
}

static void test_all(void **state)
{
	struct desk *desk = *state;

	set_up(desk);
	g_autofree char *text = text_of(desk);
	g_autoptr(GHashTable) found = families(text);
	GHashTableIter iter;
	gpointer name, unit;

	assert_true(g_utf8_validate(text, -1, NULL));
	assert_true(g_str_has_suffix(text, "\n# EOF\n"));
	g_hash_table_iter_init(&iter, found);
	while (g_hash_table_iter_next(&iter, &name, &unit))
		assert_true(g_str_has_suffix(name, unit)); /* OpenMetrics: a unit ends the name */
	check_has(text, "\ntwinstage_on_air 1\n");
	check_has(text, "\ntwinstage_scenes_info{program=\"stage\",room=\"auto\"} 1\n");
	check_has(text, "\ntwinstage_ticks_total{tick=\"video\"} 1\n");
	check_has(text, "\ntwinstage_source_state{source=\"cam\",twinstage_source_state=\"live\"} "
			"1\n");
	check_has(text, "\ntwinstage_source_on_program{source=\"cam\"} 1\n");
	check_has(text, "\ntwinstage_source_round_trip_seconds{source=\"cam\"} 0.007\n");
	check_has(text, "\ntwinstage_bus_frames_total{bus=\"room\",media=\"picture\"} 0\n");
	/* What is not known is not there. */
	assert_null(strstr(text, "twinstage_source_round_trip_seconds{source=\"bars\"}"));
	assert_null(strstr(text, "twinstage_source_ring_fill_seconds{"));
	assert_null(strstr(text, "_bucket{"));
	assert_null(strstr(text, "nan"));
	check_has(text, "\nprocess_resident_memory_bytes ");
}

static void test_names_are_escaped(void **state)
{
	struct desk *desk = *state;

	do_say(desk, "invite \"Zoë Ångström\"");
	g_autofree char *text = text_of(desk);

	check_has(text, "\ntwinstage_source_on_program{source=\"Zoë Ångström\"} 0\n");
}

static void test_viewers(void **state)
{
	struct desk *desk = *state;

	g_free(join(desk->stage, "program", NULL)); /* answered, not there yet */
	g_free(join(desk->stage, "program", NULL));
	struct fake_peer *peer = fake_newest_peer();

	note(desk->stage, NOTE_PEER_CONNECTED, peer->id, 0, "10.0.0.1:5000");
	peer->stats = (struct rtc_peer_stats){
		.is_connected = true, .estimate_kbps = 900, .loss_percent = 5};
	g_autofree char *text = text_of(desk);
	g_autofree char *labels =
		g_strdup_printf("{viewer=\"%" G_GUINT64_FORMAT "\",bus=\"program\"", peer->id);
	g_autofree char *info =
		g_strdup_printf("\ntwinstage_viewer_info%s,rendition=\"full\"} 1\n", labels);
	g_autofree char *line =
		g_strdup_printf("\ntwinstage_viewer_line_bits_per_second%s} 900000\n", labels);
	g_autofree char *loss = g_strdup_printf("\ntwinstage_viewer_loss_ratio%s} 0.05\n", labels);

	check_has(text, info);
	check_has(text, line);
	check_has(text, loss);
	assert_null(strstr(text, "twinstage_viewer_round_trip_seconds{"));
	assert_ptr_equal(strstr(text, "twinstage_viewer_info{"),
			 g_strrstr(text, "twinstage_viewer_info{"));
}

/* ---- the dashboard ---- */

static bool is_known(GHashTable *known, const char *name)
{
	static const char *const suffixes[] = {"", "_total", "_bucket", "_count", "_sum", "_info"};

	for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree char *family = g_strdup(name);

		if (!g_str_has_suffix(name, suffixes[i]))
			continue;
		family[strlen(name) - strlen(suffixes[i])] = '\0';
		if (g_hash_table_contains(known, family))
			return true;
	}
	return false;
}

static int check_expression(GHashTable *known, const char *expression)
{
	g_autoptr(GRegex) names = g_regex_new("(twinstage|process)_[a-z_]+", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	int n = 0;

	for (g_regex_match(names, expression, 0, &match); g_match_info_matches(match);
	     g_match_info_next(match, NULL)) {
		g_autofree char *name = g_match_info_fetch(match, 0);

		n++;
		if (!is_known(known, name))
			fail_msg("no metric %s, of %s", name, expression);
	}
	return n;
}

/* Every expression of the dashboard asks for something that there is. */
static void test_dashboard(void **state)
{
	struct desk *desk = *state;
	json_error_t where;
	json_t *dashboard = json_load_file("conf/grafana.json", JSON_REJECT_DUPLICATES, &where);
	g_autofree char *text = text_of(desk);
	g_autoptr(GHashTable) known = families(text);
	size_t i, j;
	json_t *panel, *target;

	if (!dashboard)
		fail_msg("conf/grafana.json:%d: %s", where.line, where.text);
	assert_true(json_array_size(json_object_get(dashboard, "panels")) > 20);
	json_array_foreach(json_object_get(dashboard, "panels"), i, panel)
	{
		json_array_foreach(json_object_get(panel, "targets"), j, target)
		{
			const char *text_of_it = json_string_value(json_object_get(target, "expr"));

			assert_non_null(text_of_it);
			assert_true(check_expression(known, text_of_it) > 0);
		}
	}
	json_decref(dashboard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_histogram),
		cmocka_unit_test_setup_teardown(test_all, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_names_are_escaped, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_viewers, desk_open, desk_close),
		cmocka_unit_test_setup_teardown(test_dashboard, desk_open, desk_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
