/* SPDX-License-Identifier: EUPL-1.2 */
#include "inquiry.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "daemon.h"

#define MOST_ANSWER_MS 500

static void connect_once(struct inquiry *inquiry)
{
	const struct timeval limit = {.tv_usec = MOST_ANSWER_MS * 1000};
	char why[256];

	if (inquiry->is_tried)
		return;
	inquiry->is_tried = true;
	inquiry->daemon = daemon_connect(inquiry->socket, why, sizeof(why));
	if (inquiry->daemon)
		setsockopt(fileno(inquiry->daemon), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

json_t *inquiry_ask(void *data, const char *words)
{
	struct inquiry *inquiry = data;
	const char *blank = strchr(words, ' ');
	size_t first = strcspn(words, " ");
	json_t *list = json_array(), *answer, *found;

	json_array_append_new(list, json_stringn(words, first));
	if (blank)
		json_array_append_new(list, json_string(blank + 1));
	connect_once(inquiry);
	if (!inquiry->daemon || !daemon_send(inquiry->daemon, json_pack("{s:O}", "words", list))) {
		json_decref(list);
		return NULL;
	}
	answer = daemon_receive(inquiry->daemon);
	if (!answer) {
		/* It might come later, and be taken for that of the next question. */
		fclose(inquiry->daemon);
		inquiry->daemon = NULL;
	}
	found = json_incref(json_object_get(answer, "data"));
	json_decref(answer);
	json_decref(list);
	return found;
}

void inquiry_end(struct inquiry *inquiry)
{
	if (inquiry->daemon)
		fclose(inquiry->daemon);
	inquiry->daemon = NULL;
	inquiry->is_tried = false;
}
