/* SPDX-License-Identifier: EUPL-1.2 */
#include "media.h"

#include <gst/gst.h>

#include "error.h"
#include "launch.h"
#include "reaper.h"

/* What the pipelines' texts and decodebin need, and the Debian package of each. */
static const struct {
	const char *element, *package;
} needed[] = {
	{"appsrc", "gstreamer1.0-plugins-base"},
	{"decodebin", "gstreamer1.0-plugins-base"},
	{"videoconvert", "gstreamer1.0-plugins-base"},
	{"audioresample", "gstreamer1.0-plugins-base"},
	{"opusenc", "gstreamer1.0-plugins-base"},
	{"rtpbin", "gstreamer1.0-plugins-good"},
	{"rtph264pay", "gstreamer1.0-plugins-good"},
	{"vp8dec", "gstreamer1.0-plugins-good"},
	{"deinterlace", "gstreamer1.0-plugins-good"},
	{"pngdec", "gstreamer1.0-plugins-good"},
	{"jpegdec", "gstreamer1.0-plugins-good"},
	{"tsdemux", "gstreamer1.0-plugins-bad"},
	{"h264parse", "gstreamer1.0-plugins-bad"},
	{"x264enc", "gstreamer1.0-plugins-ugly"},
	{"avdec_h264", "gstreamer1.0-libav"},
	{"avdec_h265", "gstreamer1.0-libav"},
};

static bool check_elements(GError **error)
{
	g_autoptr(GString) missing = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
		GstElementFactory *factory = gst_element_factory_find(needed[i].element);

		if (!factory)
			g_string_append_printf(missing, "%s%s (%s)", missing->len ? ", " : "",
					       needed[i].element, needed[i].package);
		else
			gst_object_unref(factory);
	}
	if (!missing->len)
		return true;
	return fail(error, ERROR_MEDIA, "GStreamer elements are missing; install the packages: %s",
		    missing->str);
}

bool media_init(const char *pipelines_dir, GError **error)
{
	GError *cause = NULL;

	if (!gst_init_check(NULL, NULL, &cause)) {
		fail(error, ERROR_MEDIA, "GStreamer: %s", cause ? cause->message : "cannot start");
		g_clear_error(&cause);
		return false;
	}
	if (!check_elements(error))
		return false;
	launch_set_directory(pipelines_dir);
	reaper_start();
	return true;
}

void media_finish(int timeout_ms)
{
	if (reaper_finish(timeout_ms))
		launch_set_directory(NULL);
}
