/* SPDX-License-Identifier: EUPL-1.2
 *
 * twinstaged: settings, then the layers bottom-up, the loop, and everything down again in reverse.
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <uv.h>

#include "address.h"
#include "dispatch.h"
#include "error.h"
#include "events.h"
#include "exchange.h"
#include "http.h"
#include "inbox.h"
#include "journal.h"
#include "later.h"
#include "load.h"
#include "local_socket.h"
#include "log.h"
#include "media.h"
#include "options.h"
#include "pages.h"
#include "priority.h"
#include "saver.h"
#include "secrets.h"
#include "settings.h"
#include "show.h"
#include "show_file.h"
#include "undo.h"
#include "vitals.h"

#define LOG_MODULE     "main"
#define MOST_FILES     65536
#define MEDIA_END_MS   3000
#define ANSWER_MOST_MS 5000 /* a command's */

struct daemon {
	struct options options;
	uv_loop_t loop;
	uv_signal_t interrupt, terminate;
	struct secrets secrets;
	struct load *load;
	struct vitals *vitals;
	struct inbox *inbox;
	struct show *show;
	struct events *events;
	struct later *later;
	struct saver *saver;
	struct journal *journal;
	struct undo *undo;
	struct house house;
	struct context context;
	char *base_url;
	struct http *http;
	struct local_socket *local;
};

/* ---- the process ---- */

static void on_signal(uv_signal_t *signal, int number)
{
	struct daemon *daemon = signal->data;

	log_info("%s: ending", strsignal(number));
	uv_stop(&daemon->loop);
}

static void watch_signal(struct daemon *daemon, uv_signal_t *signal, int number)
{
	uv_signal_init(&daemon->loop, signal);
	signal->data = daemon;
	uv_signal_start(signal, on_signal, number);
}

/* Every viewer's page holds a connection: the usual 1024 files are few. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max < MOST_FILES ? limit.rlim_max : MOST_FILES;
	limit.rlim_max = limit.rlim_cur;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* ---- bottom-up ---- */

static bool open_show(struct daemon *daemon, GError **error)
{
	const struct settings *settings = daemon->options.settings;
	struct show_config config = {
		.settings = settings,
		.up = inbox_mailbox(daemon->inbox),
		.key = daemon->secrets.key,
		.key_length = sizeof(daemon->secrets.key),
	};

	priority_allow(settings->audio_priority);
	if (!media_init(settings->pipelines_dir, error))
		return false;
	daemon->show = show_create(&config, error);
	if (!daemon->show)
		return false;
	inbox_serve(daemon->inbox, daemon->show);
	daemon->vitals = vitals_create(&daemon->loop, daemon->show, daemon->secrets.cert_path);
	daemon->events = events_create(daemon->show);
	daemon->later = later_create(&daemon->loop, daemon->show, ANSWER_MOST_MS);
	daemon->base_url = address_base_url(settings);
	daemon->journal = journal_create(&daemon->loop, daemon->show);
	daemon->context = (struct context){.show = daemon->show,
					   .access = ACCESS_EDIT,
					   .base_url = daemon->base_url,
					   .journal = daemon->journal};
	return true;
}

/* Comes back to the show that was running; the one of --show is for a first start. */
static bool fill_show(struct daemon *daemon, GError **error)
{
	g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
	const char *path = daemon->options.show_path;
	bool is_filled = true;

	if (!show_file_restore(&daemon->context) && path)
		is_filled = show_file_load(&daemon->context, path, errors, error);
	for (guint i = 0; i < errors->len; i++)
		log_error("%s", (const char *)errors->pdata[i]);
	/* What was there at the start is no change. */
	daemon->context.undo = daemon->undo = undo_create(daemon->show);
	daemon->context.saver = daemon->saver = saver_create(&daemon->loop, daemon->show);
	return is_filled;
}

static bool open_doors(struct daemon *daemon, GError **error)
{
	const struct settings *settings = daemon->options.settings;
	struct http_config http = {
		.loop = &daemon->loop,
		.settings = settings,
		.house = &daemon->house,
		.events = daemon->events,
		.cert_path = daemon->secrets.cert_path,
		.key_path = daemon->secrets.key_path,
	};
	struct pages *pages = pages_create(settings->web_dir, error);

	if (!pages)
		return false;
	daemon->house = (struct house){
		.show = daemon->show,
		.pages = pages,
		.crew_token = daemon->secrets.crew_token,
		.base_url = daemon->base_url,
		.journal = daemon->journal,
		.saver = daemon->saver,
		.undo = daemon->undo,
		.later = daemon->later,
	};
	daemon->http = http_create(&http, error);
	if (!daemon->http)
		return false;
	daemon->local = local_socket_create(&daemon->loop, settings->socket_path, &daemon->context,
					    daemon->events, daemon->later, error);
	return daemon->local != NULL;
}

static bool open_all(struct daemon *daemon, GError **error)
{
	if (!secrets_open(&daemon->secrets, daemon->options.settings, error))
		return false;
	uv_loop_init(&daemon->loop);
	watch_signal(daemon, &daemon->interrupt, SIGINT);
	watch_signal(daemon, &daemon->terminate, SIGTERM);
	daemon->load = load_create(&daemon->loop);
	daemon->inbox = inbox_create(&daemon->loop);
	return open_show(daemon, error) && fill_show(daemon, error) && open_doors(daemon, error);
}

/* ---- and down ---- */

static void close_all(struct daemon *daemon)
{
	if (!daemon->inbox) {
		secrets_finish(&daemon->secrets);
		return;
	}
	local_socket_destroy(daemon->local);
	http_close(daemon->http);
	saver_destroy(daemon->saver);
	load_destroy(daemon->load);
	vitals_destroy(daemon->vitals);
	uv_close((uv_handle_t *)&daemon->interrupt, NULL);
	uv_close((uv_handle_t *)&daemon->terminate, NULL);
	inbox_serve(daemon->inbox, NULL);
	/* libwebsockets lets go of its handles in turns of the loop. */
	for (int i = 0; i < 100 && daemon->http; i++)
		uv_run(&daemon->loop, UV_RUN_NOWAIT);
	http_destroy(daemon->http);
	pages_destroy(daemon->house.pages);
	undo_destroy(daemon->undo);
	journal_destroy(daemon->journal);
	later_destroy(daemon->later);
	events_destroy(daemon->events);
	show_destroy(daemon->show);
	media_finish(MEDIA_END_MS);
	inbox_destroy(daemon->inbox);
	uv_run(&daemon->loop, UV_RUN_DEFAULT);
	uv_loop_close(&daemon->loop);
	g_free(daemon->base_url);
	secrets_finish(&daemon->secrets);
}

static int run(struct daemon *daemon)
{
	g_autoptr(GError) error = NULL;
	bool is_open = open_all(daemon, &error);

	if (is_open) {
		g_autofree char *text = g_strdup_printf("ready: %s/watch", daemon->base_url);

		show_announce(daemon->show, EVENT_daemon_started, "", text);
		uv_run(&daemon->loop, UV_RUN_DEFAULT);
	} else {
		log_error("%s", error->message);
	}
	close_all(daemon);
	return is_open ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int n_words, char **words)
{
	struct daemon daemon = {.secrets.lock = -1};
	g_autoptr(GError) error = NULL;
	int status = EXIT_SUCCESS;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	if (!options_read(&daemon.options, n_words, words, &error)) {
		fprintf(stderr, "twinstaged: %s\n", error->message);
		options_finish(&daemon.options);
		return error_exit_status(error_code_of(error));
	}
	if (daemon.options.is_help) {
		options_print(&daemon.options);
	} else {
		raise_file_limit();
		status = run(&daemon);
	}
	options_finish(&daemon.options);
	return status;
}
