/* SPDX-License-Identifier: EUPL-1.2 */
#include "shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOUND "'has_sound':true,'peak_db':-20,'held_db':-18.2,'short_term_lufs':-23.1"

const char shown_evening[] =
	"{'program':'stage','preview':'panel','room':'auto','slate':false,'in_transition':false,"
	"'viewers':12,'screens':1,'overlays':[{'kind':'title'},{'kind':'logo'}],"
	"'cpu':{'daemon_percent':87.2,'machine_percent':110,'idle_percent':90,'cores':2},"
	"'mix':{'video_missed':3},"
	"'scenes':["
	"{'name':'stage','layout':'pip','tally':'program','places':["
	"{'source':'cam-a','at':[0,0,100,100]},{'source':'cam-b','at':[70,65,29,33]}]},"
	"{'name':'panel','layout':'grid','tally':'preview','places':["
	"{'source':'cam-b','at':[0,25,50,50]},{'source':'Zoë','at':[50,25,50,50]}]}],"
	"'sources':["
	"{'name':'cam-a','kind':'srt','state':'lost','detail':'the camera hung up',"
	"'tally':'program','peak_db':-120,'held_db':-120,'short_term_lufs':-120},"
	"{'name':'cam-b','kind':'srt','state':'live','detail':'','tally':'program','width':1920,"
	"'height':1080,'fps':29.97,'loss_percent':2.5,'picture_delay_ms':87,'lip_sync_ms':-12,"
	"'has_sound':true,'heard':true,'peak_db':-1,'held_db':0,'short_term_lufs':-14},"
	"{'name':'slides','kind':'still','state':'live','tally':'off','width':1920,'height':1080,"
	"'fps':0},"
	"{'name':'Zoë','kind':'speaker','state':'waiting','tally':'preview'}],"
	"'buses':[{'bus':'program','speaker':'','peers':12,'shows_program':false," SOUND
	",'picture':{'encode_ms':8.25,'kbps':2480,'frames':900},'sound':{'kbps':96,"
	"'encode_ms':1}},"
	"{'bus':'preview','speaker':'','peers':0,'picture':{}},"
	"{'bus':'crew','speaker':'','peers':1,'picture':{'kbps':700}},"
	"{'bus':'room','speaker':'','peers':1," SOUND
	",'picture':{'encode_ms':null,'kbps':0,'frames':0},'sound':{'kbps':0,'encode_ms':null}}],"
	"'speakers':[{'name':'Zoë','connected':true,'admitted':true,'muted':false,"
	"'tally':'preview',"
	"'link':{'state':'live','loss_percent':0.5,'rtt_ms':null,'jitter_ms':12,'kbps':1500},"
	"'return_link':{'rendition':'full','loss_percent':7,'rtt_ms':34,'kbps':2400}}]}";

static json_t *parsed(const char *json)
{
	char *copy = strdup(json);
	json_error_t error;
	json_t *object;

	for (char *at = copy; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	object = json_loads(copy, 0, &error);
	if (!object)
		fail_msg("%s at %d", error.text, error.position);
	free(copy);
	return object;
}

void shown_status(struct model *model, const char *json, double now_s)
{
	json_t *data = parsed(json);

	model_status(model, data, now_s);
	json_decref(data);
}

void shown_levels(struct model *model, const char *json)
{
	json_t *data = parsed(json);

	model_levels(model, data);
	json_decref(data);
}

void shown_event(struct model *model, const char *kind, const char *subject, const char *text)
{
	json_t *event = json_pack("{s:s,s:s,s:s,s:s}", "event", kind, "at",
				  "2030-05-01T18:15:03.123Z", "subject", subject, "text", text);

	model_event(model, event);
	json_decref(event);
}

void shown_crowd(struct model *model, int n_sources, int n_scenes)
{
	json_t *data = parsed(shown_evening);
	json_t *sources = json_array(), *scenes = json_array();
	char name[32];

	for (int i = 1; i <= n_sources; i++) {
		snprintf(name, sizeof(name), "cam-%d", i);
		json_array_append_new(sources, json_pack("{s:s,s:s,s:s}", "name", name, "state",
							 "live", "kind", "srt"));
	}
	for (int i = 1; i <= n_scenes; i++) {
		snprintf(name, sizeof(name), "scene-%d", i);
		json_array_append_new(scenes, json_pack("{s:s}", "name", name));
	}
	json_object_set_new(data, "sources", sources);
	json_object_set_new(data, "scenes", scenes);
	model_status(model, data, 1);
	json_decref(data);
}
