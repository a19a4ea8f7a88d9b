/* SPDX-License-Identifier: EUPL-1.2 */
#include "local_socket.h"

#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include "caller.h"
#include "dispatch.h"
#include "error.h"
#include "events.h"
#include "journal.h"
#include "journal_entry.h"
#include "later.h"

#define MOST_LINE    (1 << 20)
#define MOST_UNSENT  (4 << 20)
#define MOST_WORDS   64
#define MOST_COLUMNS 1000
#define MOST_CLIENTS 64

struct local_socket {
	uv_pipe_t pipe;
	char *path;
	const struct context *context;
	struct events *events;
	struct later *later;
	GPtrArray *clients;
};

struct client {
	struct local_socket *local;
	uv_pipe_t pipe;
	GByteArray *received; /* the line so far */
	struct caller caller;
	int subscription;     /* to the events */
	int log_subscription; /* to the journal */
	bool only_commands;   /* of it */
	bool is_waiting;      /* for a reply: what else it sends waits, too */
	char room[65536];     /* where libuv reads into */
};

struct sending {
	uv_write_t request;
	char *line;
};

/* ---- ends ---- */

static void on_client_closed(uv_handle_t *handle)
{
	struct client *client = handle->data;

	g_byte_array_unref(client->received);
	caller_finish(&client->caller);
	g_free(client);
}

static void close_client(struct client *client)
{
	if (uv_is_closing((uv_handle_t *)&client->pipe))
		return;
	if (client->subscription)
		events_unsubscribe(client->local->events, client->subscription);
	if (client->log_subscription)
		journal_unsubscribe(client->local->context->journal, client->log_subscription);
	later_forget(client->local->later, client);
	g_ptr_array_remove_fast(client->local->clients, client);
	uv_close((uv_handle_t *)&client->pipe, on_client_closed);
}

/* ---- writing ---- */

static void on_sent(uv_write_t *request, int status)
{
	struct sending *sending = request->data;
	struct client *client = request->handle->data;

	if (status < 0)
		close_client(client);
	free(sending->line);
	g_free(sending);
}

/* Takes the object. A client that does not read is let go of. */
static void send_object(struct client *client, json_t *object)
{
	char *line = json_dumps(object, JSON_COMPACT);
	struct sending *sending = g_new0(struct sending, 1);
	uv_buf_t buffers[2];

	json_decref(object);
	sending->line = line;
	sending->request.data = sending;
	buffers[0] = uv_buf_init(line, line ? (unsigned)strlen(line) : 0);
	buffers[1] = uv_buf_init((char *)(uintptr_t) "\n", 1);
	if (!uv_is_closing((uv_handle_t *)&client->pipe) &&
	    uv_stream_get_write_queue_size((uv_stream_t *)&client->pipe) < MOST_UNSENT &&
	    uv_write(&sending->request, (uv_stream_t *)&client->pipe, buffers, 2, on_sent) == 0)
		return;
	free(line);
	g_free(sending);
	close_client(client);
}

static void send_error(struct client *client, const GError *error)
{
	enum error_code code = error_code_of(error);

	send_object(client, json_pack("{s:{s:s, s:s, s:i}}", "error", "code", error_name(code),
				      "message", error->message, "exit", error_exit_status(code)));
}

static void take_lines(struct client *client);

static void on_done(const char *text, const GError *error, void *data)
{
	struct client *client = data;

	client->is_waiting = false;
	if (error)
		send_error(client, error);
	else
		send_object(client,
			    json_pack("{s:s, s:{s:s}}", "text", text, "data", "done", text));
	if (!uv_is_closing((uv_handle_t *)&client->pipe))
		take_lines(client);
}

static void on_event(const json_t *event, void *data)
{
	g_autofree char *text = events_line(event);

	send_object(data, json_pack("{s:O, s:s}", "event", event, "text", text));
}

static void on_entry(const json_t *entry, void *data)
{
	struct client *client = data;
	g_autofree char *text = journal_line(entry);

	if (client->only_commands && !json_object_get(entry, "command"))
		return;
	send_object(client, json_pack("{s:O, s:s}", "event", entry, "text", text));
}

/* ---- commands ---- */

/* The words of {"words": [..]}; they live as long as the object. */
static int words_of(const json_t *object, char **words)
{
	const json_t *array = json_object_get(object, "words");
	size_t n = json_array_size(array);

	if (n < 1 || n > MOST_WORDS)
		return -1;
	for (size_t i = 0; i < n; i++) {
		words[i] = (char *)(uintptr_t)json_string_value(json_array_get(array, i));
		if (!words[i])
			return -1;
	}
	return (int)n;
}

static int columns_in(const json_t *object)
{
	json_int_t columns = json_integer_value(json_object_get(object, "columns"));

	return (int)CLAMP(columns, 0, MOST_COLUMNS);
}

static bool has_word(int n_words, char *const *words, const char *word)
{
	bool is_there = false;

	for (int i = 1; i < n_words; i++)
		is_there = is_there || strcmp(words[i], word) == 0;
	return is_there;
}

/* What goes on after the answer. */
static void follow(struct client *client, int n_words, char *const *words)
{
	const struct local_socket *local = client->local;

	if (!has_word(n_words, words, "--follow"))
		return;
	if (strcmp(words[0], "events") == 0 && !client->subscription)
		client->subscription = events_subscribe(local->events, on_event, client);
	if (strcmp(words[0], "log") == 0 && local->context->journal && !client->log_subscription) {
		client->only_commands = has_word(n_words, words, "--commands");
		client->log_subscription =
			journal_subscribe(local->context->journal, on_entry, client);
	}
}

static void run(struct client *client, int n_words, char *const *words, const json_t *object)
{
	struct context context = *client->local->context;
	g_autoptr(GError) error = NULL;
	struct reply reply;

	context.directory = json_string_value(json_object_get(object, "directory"));
	context.who = client->caller.who;
	context.from = client->caller.from;
	reply_init(&reply);
	reply.columns = columns_in(object);
	if (!dispatch_words(&context, n_words, words, &reply, NULL, &error)) {
		send_error(client, error);
	} else if (reply.pending) {
		client->is_waiting = true;
		later_wait(client->local->later, reply.pending, on_done, client);
	} else {
		send_object(client,
			    json_pack("{s:s, s:O, s:i, s:i}", "text", reply.text->str, "data",
				      reply.data, "exit", reply.exit, "again_ms", reply.again_ms));
		follow(client, n_words, words);
	}
	reply_finish(&reply);
}

static void take_line(struct client *client, const char *line, size_t length)
{
	g_autoptr(GError) error = NULL;
	json_t *object = json_loadb(line, length, 0, NULL);
	char *words[MOST_WORDS];
	int n = words_of(object, words);

	if (n < 0) {
		fail(&error, ERROR_USAGE, "a line has to be {\"words\": [..]} with 1 to %d words",
		     MOST_WORDS);
		send_error(client, error);
	} else {
		run(client, n, words, object);
	}
	json_decref(object);
}

/* What was taken is removed at the end, once: there may be many short lines. */
static void take_lines(struct client *client)
{
	GByteArray *received = client->received;
	guint taken = 0;

	while (!client->is_waiting && taken < received->len) {
		const char *line = (const char *)received->data + taken;
		const char *end = memchr(line, '\n', received->len - taken);

		if (!end)
			break;
		taken += (guint)(end - line) + 1;
		take_line(client, line, (size_t)(end - line));
		if (uv_is_closing((uv_handle_t *)&client->pipe))
			return;
	}
	g_byte_array_remove_range(received, 0, taken);
}

/* ---- reading ---- */

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct client *client = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(client->room, sizeof(client->room));
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
	struct client *client = stream->data;

	if (length < 0) {
		close_client(client);
		return;
	}
	g_byte_array_append(client->received, (const guint8 *)buffer->base, (guint)length);
	take_lines(client);
	if (client->received->len > MOST_LINE)
		close_client(client);
}

static void on_connection(uv_stream_t *server, int status)
{
	struct local_socket *local = server->data;
	struct client *client;
	uv_os_fd_t fd;

	if (status < 0)
		return;
	client = g_new0(struct client, 1);
	client->local = local;
	client->received = g_byte_array_new();
	client->pipe.data = client;
	uv_pipe_init(server->loop, &client->pipe, 0);
	g_ptr_array_add(local->clients, client);
	if (uv_accept(server, (uv_stream_t *)&client->pipe) != 0 ||
	    local->clients->len > MOST_CLIENTS ||
	    uv_read_start((uv_stream_t *)&client->pipe, on_room, on_read) != 0)
		close_client(client);
	else if (uv_fileno((uv_handle_t *)&client->pipe, &fd) == 0)
		caller_find(&client->caller, fd);
}

/* ---- the socket itself ---- */

static void on_closed(uv_handle_t *handle)
{
	struct local_socket *local = handle->data;

	g_ptr_array_unref(local->clients);
	g_free(local->path);
	g_free(local);
}

/* The state directory's lock says that no other daemon lives, so what is there is a dead one's. */
static void remove_dead(const char *path)
{
	struct stat what;

	if (lstat(path, &what) == 0 && S_ISSOCK(what.st_mode))
		unlink(path);
}

struct local_socket *local_socket_create(struct uv_loop_s *loop, const char *path,
					 const struct context *context, struct events *events,
					 struct later *later, GError **error)
{
	struct local_socket *local = g_new0(struct local_socket, 1);
	int problem;

	local->path = g_strdup(path);
	local->context = context;
	local->events = events;
	local->later = later;
	local->clients = g_ptr_array_new();
	local->pipe.data = local;
	uv_pipe_init(loop, &local->pipe, 0);
	remove_dead(path);
	/* libuv would cut a longer one without a word. */
	problem =
		strlen(path) < sizeof(((struct sockaddr_un *)NULL)->sun_path) ? 0 : UV_ENAMETOOLONG;
	if (!problem)
		problem = uv_pipe_bind(&local->pipe, path);
	if (!problem)
		problem = chmod(path, 0660) == 0 ? 0 : UV_EPERM;
	if (!problem)
		problem = uv_listen((uv_stream_t *)&local->pipe, 16, on_connection);
	if (!problem)
		return local;
	fail(error, ERROR_IO, "socket %s: %s", path, uv_strerror(problem));
	local_socket_destroy(local);
	return NULL;
}

void local_socket_destroy(struct local_socket *local)
{
	if (!local)
		return;
	while (local->clients->len)
		close_client(local->clients->pdata[0]);
	uv_close((uv_handle_t *)&local->pipe, on_closed);
}
