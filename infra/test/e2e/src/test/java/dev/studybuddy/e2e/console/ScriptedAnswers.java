package dev.studybuddy.e2e.console;

import static dev.studybuddy.e2e.console.ConsoleBrowserIT.page;

/** Runs scripts in the console that answer calls in place of the service. */
final class ScriptedAnswers {

    private static final String WITH_ANSWERS = """
            (async () => {
              const send = window.fetch;
              const requests = [];
              const answered = (done) =>
                requests.push((status, json) => done(new Response(JSON.stringify(json), { status })));
              window.fetch = (url, options) =>
                new URL(url).pathname === '{path}' ? new Promise(answered) : send(url, options);
              try {
                {script}
              } finally {
                window.fetch = send;
              }
            })()""";

    private ScriptedAnswers() {}

    /**
     * Answers the calls to a path by a script, and returns the result of the script. The variable {@code requests}
     * contains a function for each of these calls in their order, which answers it with a status and a JSON. The other
     * calls reach the service.
     */
    static String withAnswers(String module, String path, String script) {
        return page.evaluate(module, WITH_ANSWERS.replace("{path}", path).replace("{script}", script));
    }
}
