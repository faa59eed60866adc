import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;

/** The Java kernel: a JShell in this virtual machine. Variables of a run are system properties, as an environment cannot be changed. */
public final class Kernel {
    private static final int MOST_ENTRIES = 10000;
    private static final String[] IMPORTS = {"java.io.*", "java.math.*", "java.net.*", "java.nio.file.*", "java.util.*", "java.util.concurrent.*", "java.util.function.*", "java.util.regex.*", "java.util.stream.*"};

    private final FileOutputStream frames;
    private final JShell shell;
    private volatile boolean running;
    private int count;

    private Kernel(FileOutputStream frames) {
        this.frames = frames;
        System.setOut(new PrintStream(new Printed("stdout"), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new Printed("stderr"), true, StandardCharsets.UTF_8));
        shell = JShell.builder().executionEngine("local").build();
        for (String name : IMPORTS) {
            shell.eval("import " + name + ";");
        }
    }

    public static void main(String[] arguments) throws Exception {
        Kernel kernel = new Kernel(new FileOutputStream("/proc/self/fd/4"));
        sun.misc.Signal.handle(new sun.misc.Signal("INT"), signal -> {
            if (kernel.running) {
                kernel.shell.stop();
            }
        });
        kernel.send("{\"t\":\"ready\"}");
        try (BufferedReader requests = new BufferedReader(new InputStreamReader(new FileInputStream("/proc/self/fd/3"), StandardCharsets.UTF_8))) {
            for (String line; (line = requests.readLine()) != null; ) {
                kernel.answer(new Json(line).object());
            }
        }
        System.exit(0);
    }

    @SuppressWarnings("unchecked")
    private void answer(Map<String, Object> request) {
        String id = quote((String) request.get("id"));
        if ("ping".equals(request.get("op"))) {
            send("{\"t\":\"pong\",\"id\":" + id + "}");
        } else if ("run".equals(request.get("op"))) {
            Object environment = request.get("env");
            run((String) request.get("code"), environment == null ? Map.of() : (Map<String, Object>) environment);
            send("{\"t\":\"done\",\"id\":" + id + "}");
        }
    }

    private void run(String code, Map<String, Object> environment) {
        send("{\"t\":\"count\",\"count\":" + ++count + "}");
        Map<String, String> before = new LinkedHashMap<>();
        environment.forEach((name, value) -> before.put(name, System.setProperty(name, (String) value)));
        running = true;
        try {
            evaluate(code);
        } finally {
            running = false;
            before.forEach((name, value) -> {
                if (value == null) {
                    System.clearProperty(name);
                } else {
                    System.setProperty(name, value);
                }
            });
            System.out.flush();
            System.err.flush();
        }
    }

    private void evaluate(String code) {
        String last = null;
        while (!code.isBlank()) {
            SourceCodeAnalysis.CompletionInfo piece = shell.sourceCodeAnalysis().analyzeCompletion(code);
            String source = piece.completeness().isComplete() ? piece.source() : code;
            code = piece.completeness().isComplete() ? piece.remaining() : "";
            last = null;
            for (SnippetEvent event : shell.eval(source)) {
                if (event.causeSnippet() != null) {
                    continue;
                }
                if (event.status() == Snippet.Status.REJECTED) {
                    rejected(event.snippet());
                    return;
                }
                if (event.exception() != null) {
                    thrown(event.exception());
                    return;
                }
                last = event.snippet().kind() == Snippet.Kind.EXPRESSION || event.snippet().subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND ? event.value() : null;
            }
        }
        if (last != null && !last.isEmpty()) {
            String text = last.length() >= 2 && last.startsWith("\"") && last.endsWith("\"") ? last.substring(1, last.length() - 1) : last;
            send("{\"t\":\"result\",\"main\":true,\"data\":{\"text/plain\":" + quote(text) + "}}");
        }
    }

    private void rejected(Snippet snippet) {
        StringBuilder text = new StringBuilder();
        shell.diagnostics(snippet).forEach(found -> text.append(found.getMessage(null)).append('\n'));
        error("CompilationError", text.toString().trim(), snippet.source() + "\n" + text);
    }

    private void thrown(Exception exception) {
        String name = exception instanceof EvalException ? ((EvalException) exception).getExceptionClassName() : exception.getClass().getName();
        if (name.equals("java.lang.ThreadDeath") || exception.getClass().getSimpleName().contains("Stopped")) {
            error("Interrupted", "the code was interrupted", "");
            return;
        }
        StringBuilder text = new StringBuilder(name + ": " + exception.getMessage());
        for (StackTraceElement element : exception.getStackTrace()) {
            text.append("\n    at ").append(element);
        }
        error(name.substring(name.lastIndexOf('.') + 1), String.valueOf(exception.getMessage()), text.toString());
    }

    private void error(String name, String value, String traceback) {
        send("{\"t\":\"error\",\"name\":" + quote(name) + ",\"value\":" + quote(value) + ",\"traceback\":" + quote(traceback) + "}");
    }

    private synchronized void send(String frame) {
        try {
            frames.write((frame + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (java.io.IOException gone) {
            System.exit(1);
        }
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** What is printed, as frames. */
    private final class Printed extends ByteArrayOutputStream {
        private final String kind;

        Printed(String kind) {
            this.kind = kind;
        }

        @Override
        public synchronized void flush() {
            if (size() == 0) {
                return;
            }
            String text = toString(StandardCharsets.UTF_8);
            reset();
            for (int at = 0; at < text.length(); at += 16384) {
                send("{\"t\":\"" + kind + "\",\"text\":" + quote(text.substring(at, Math.min(text.length(), at + 16384))) + "}");
            }
        }
    }

    /** Reads the JSON of a request: objects of texts. */
    private static final class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        Map<String, Object> object() {
            Map<String, Object> members = new LinkedHashMap<>();
            expect('{');
            while (peek() != '}' && members.size() < MOST_ENTRIES) {
                String name = string();
                expect(':');
                members.put(name, peek() == '{' ? object() : string());
                if (peek() == ',') {
                    at++;
                }
            }
            expect('}');
            return members;
        }

        private String string() {
            expect('"');
            StringBuilder found = new StringBuilder();
            while (text.charAt(at) != '"') {
                char c = text.charAt(at++);
                if (c != '\\') {
                    found.append(c);
                    continue;
                }
                char escape = text.charAt(at++);
                switch (escape) {
                    case 'n' -> found.append('\n');
                    case 't' -> found.append('\t');
                    case 'r' -> found.append('\r');
                    case 'b' -> found.append('\b');
                    case 'f' -> found.append('\f');
                    case 'u' -> {
                        found.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                        at += 4;
                    }
                    default -> found.append(escape);
                }
            }
            at++;
            return found.toString();
        }

        private char peek() {
            while (Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.charAt(at);
        }

        private void expect(char wanted) {
            if (peek() != wanted) {
                throw new IllegalArgumentException("not a request");
            }
            at++;
        }
    }
}
