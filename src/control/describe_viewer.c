/* SPDX-License-Identifier: EUPL-1.2 */
#include "describe.h"

#include "describe_parts.h"
#include "dispatch.h"
#include "viewer.h"

static json_t *viewer_json(const struct viewer_view *view)
{
	json_t *object = json_object();

	put_int(object, "id", (int64_t)view->id);
	put_text(object, "bus", view->bus);
	put_text(object, "speaker", view->speaker);
	put_text(object, "address", view->address);
	put_bool(object, "connected", view->is_connected);
	put_text(object, "rendition", view->rendition);
	put_real(object, "kbps", view->kbps);
	put_bool(object, "congested", view->is_congested);
	put_real(object, "loss_percent", view->loss_percent);
	put_real(object, "rtt_ms", view->rtt_ms);
	put_real(object, "queue_ms", view->queue_ms);
	put_int(object, "age_s", view->age_s);
	return object;
}

static char *age(int64_t seconds)
{
	if (seconds < 120)
		return g_strdup_printf("%" G_GINT64_FORMAT " s", seconds);
	if (seconds < 7200)
		return g_strdup_printf("%" G_GINT64_FORMAT " min", seconds / 60);
	return g_strdup_printf("%" G_GINT64_FORMAT " h", seconds / 3600);
}

static void head(GString *text)
{
	cell(text, 6, "VIEWER");
	cell(text, 16, "BUS");
	cell(text, 22, "ADDRESS");
	cell(text, 9, "RENDITION");
	cell(text, 8, "KBIT/S");
	cell(text, 6, "LOSS");
	cell(text, 7, "RTT");
	cell(text, 6, "AGE");
	end_line(text);
}

static void viewer_line(GString *text, const struct viewer_view *view)
{
	g_autofree char *id = g_strdup_printf("%" G_GUINT64_FORMAT, view->id);
	g_autofree char *kbps = view->kbps > 0 ? g_strdup_printf("%.0f%s", view->kbps,
								 view->is_congested ? "!" : "")
					       : g_strdup("-");
	g_autofree char *loss = g_strdup_printf("%.1f%%", view->loss_percent);
	g_autofree char *rtt =
		view->rtt_ms > 0 ? g_strdup_printf("%.0f ms", view->rtt_ms) : g_strdup("-");
	g_autofree char *since = age(view->age_s);

	cell(text, 6, id);
	cell(text, 16, *view->speaker ? view->speaker : view->bus);
	cell(text, 22, view->address);
	cell(text, 9, view->is_connected ? view->rendition : "waiting");
	cell(text, 8, kbps);
	cell(text, 6, loss);
	cell(text, 7, rtt);
	cell(text, 6, since);
	end_line(text);
}

void describe_viewers(struct show *show, struct reply *reply)
{
	json_t *viewers = json_array();

	for (int i = 0; i < viewer_count(show); i++) {
		struct viewer_view view;

		if (!viewer_view(show, i, &view))
			continue;
		if (!json_array_size(viewers))
			head(reply->text);
		viewer_line(reply->text, &view);
		json_array_append_new(viewers, viewer_json(&view));
	}
	json_object_set_new(reply->data, "viewers", viewers);
	strip_end(reply);
}
