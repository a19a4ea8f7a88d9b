/* SPDX-License-Identifier: EUPL-1.2
 *
 * What --wait understands, and when it holds.
 */
#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "condition.h"

static const char status_text[] =
	"{\"program\": \"stage\", \"preview\": \"\", \"room\": \"auto\", \"slate\": false, "
	"\"black\": true,"
	" \"in_transition\": true, \"scenes\": [{\"name\": \"stage\"}, {\"name\": \"panel\"}],"
	" \"sources\": [{\"name\": \"cam-a\", \"state\": \"live\"}, {\"name\": \"a=b\", \"state\": "
	"\"lost\"}],"
	" \"speakers\": [{\"name\": \"Zoë Å\", \"connected\": true, \"admitted\": false, "
	"\"muted\": true}]}";

static void refused(const char *text, const char *part)
{
	struct condition condition;
	char why[512] = "";

	if (condition_read(&condition, text, why, sizeof(why)))
		fail_msg("\"%s\" is understood", text);
	if (!strstr(why, part))
		fail_msg("\"%s\": %s", text, why);
}

static void checks(const char *text, enum verdict expected, const char *part)
{
	struct condition condition;
	char why[512] = "", how[512] = "";
	json_t *status = json_loads(status_text, 0, NULL);

	assert_non_null(status);
	if (!condition_read(&condition, text, why, sizeof(why)))
		fail_msg("\"%s\": %s", text, why);
	if (condition_check(&condition, status, how, sizeof(how)) != expected)
		fail_msg("\"%s\": not so: %s", text, how);
	if (expected != VERDICT_HOLDS && !strstr(how, part))
		fail_msg("\"%s\": %s", text, how);
	json_decref(status);
}

static void test_not_understood(void **state)
{
	(void)state;
	refused("", "have: settled, program=SCENE");
	refused("on air", "speaker:SPEAKER=STATE");
	refused("settled=yes", "has to be settled");
	refused("program", "has to be program=SCENE");
	refused("program=", "has to be program=SCENE");
	refused("program:x=y", "has to be program=SCENE");
	refused("source=live", "has to be source:SOURCE=STATE");
	refused("source:cam-a", "has to be source:SOURCE=STATE");
	refused("source:=live", "has to be source:SOURCE=STATE");
	refused("source:cam-a=lively", "have: waiting, connected, live");
	refused("speaker:Anna=live", "have: connected, absent");
	refused("slate=maybe", "have: on, off");
}

static void test_holds(void **state)
{
	(void)state;
	checks("program=stage", VERDICT_HOLDS, "");
	checks("room=auto", VERDICT_HOLDS, "");
	checks("slate=off", VERDICT_HOLDS, "");
	checks("black=on", VERDICT_HOLDS, "");
	checks("source:cam-a=live", VERDICT_HOLDS, "");
	checks("source:a=b=lost", VERDICT_HOLDS, "");
	checks("speaker:Zoë Å=connected", VERDICT_HOLDS, "");
	checks("speaker:Zoë Å=waiting", VERDICT_HOLDS, "");
	checks("speaker:Zoë Å=muted", VERDICT_HOLDS, "");
}

static void test_not_yet(void **state)
{
	(void)state;
	checks("settled", VERDICT_NOT_YET, "a transition is running");
	checks("program=panel", VERDICT_NOT_YET, "program is stage");
	checks("preview=panel", VERDICT_NOT_YET, "preview is nothing");
	checks("slate=on", VERDICT_NOT_YET, "slate is off");
	checks("black=off", VERDICT_NOT_YET, "black is on");
	checks("room=program", VERDICT_NOT_YET, "room is auto");
	checks("source:cam-a=lost", VERDICT_NOT_YET, "cam-a is live");
	checks("speaker:Zoë Å=absent", VERDICT_NOT_YET, "Zoë Å is connected, not admitted, muted");
	checks("speaker:Zoë Å=admitted", VERDICT_NOT_YET, "not admitted");
	checks("speaker:Zoë Å=unmuted", VERDICT_NOT_YET, "muted");
}

/* Nothing of that name: waiting would be in vain. */
static void test_never(void **state)
{
	(void)state;
	checks("program=nix", VERDICT_NEVER, "no \"nix\" (scenes: stage, panel)");
	checks("source:nix=live", VERDICT_NEVER, "no \"nix\" (sources: cam-a, a=b)");
	checks("speaker:nix=absent", VERDICT_NEVER, "no \"nix\" (speakers: Zoë Å)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_not_understood),
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_not_yet),
		cmocka_unit_test(test_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
