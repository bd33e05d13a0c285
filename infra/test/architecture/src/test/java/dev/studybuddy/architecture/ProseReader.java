package dev.studybuddy.architecture;

import dev.studybuddy.architecture.Passage.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the prose of every text file below a folder: comments, messages, descriptions and pages. */
final class ProseReader {

    private static final Set<String> SCRIPTS = Set.of("up", "down", "status", "token", "api", "run", "is-ready");
    private static final Pattern JAVA_TOKEN = Pattern.compile("\"\"\"(?s:.*?)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\""
            + "|'(?:\\\\.|[^'\\\\\\n])+'|(?://[^\\n]*)(?:\\n[ \\t]*//[^\\n]*)*|/\\*(?s:.*?)\\*/");
    private static final Pattern XML_COMMENT = Pattern.compile("<!--(?s:(.*?))-->");
    private static final Pattern MARKUP_TEXT = Pattern.compile(">\\s*([^<>]+?)\\s*<");
    private static final Pattern DESCRIPTION =
            Pattern.compile("\"(?:description|summary|title)\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern LIST_ITEM = Pattern.compile("^\\s*(?:[-*]|\\d+\\.)\\s+");

    private final Path root;

    ProseReader(Path root) {
        this.root = root;
    }

    /**
     * Returns all prose below the root. Flyway's scripts are left out, because Flyway rejects a changed comment in a
     * script that a database has already run.
     */
    List<Passage> readAll() throws IOException {
        List<Passage> all = new ArrayList<>();
        for (Path file : SourceFiles.below(root)) {
            String name = file.getFileName().toString();
            boolean prose = name.matches(".*\\.(java|js|css|html|md|sql|ya?ml|sh|xml|json|properties)");
            if ((prose || SCRIPTS.contains(name)) && !file.toString().contains("/src/main/resources/db/")) {
                all.addAll(read(root.relativize(file), Files.readString(file)));
            }
        }
        return all;
    }

    /** Returns the prose of one file. */
    static List<Passage> read(Path file, String text) {
        String name = file.getFileName().toString();
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "java", "js", "css" -> java(file, text);
            case "html" -> matches(file, text, MARKUP_TEXT, Kind.STRING);
            case "md" -> page(file, text);
            case "sql" -> lineComments(file, text, "--");
            case "xml" -> matches(file, text, XML_COMMENT, Kind.COMMENT);
            case "json" -> matches(file, text, DESCRIPTION, Kind.STRING);
            default -> lineComments(file, text, "#");
        };
    }

    private static List<Passage> java(Path file, String text) {
        List<Passage> found = new ArrayList<>();
        Matcher tokens = JAVA_TOKEN.matcher(text);
        while (tokens.find()) {
            String token = tokens.group();
            int line = lineAt(text, tokens.start());
            if (token.startsWith("//")) {
                found.add(new Passage(file, line, Kind.COMMENT, token.replaceAll("(?m)^\\s*//\\s?", "")));
            } else if (token.startsWith("/*")) {
                String body = token.substring(2, token.length() - 2).replaceAll("(?m)^\\s*\\*+ ?", "");
                found.add(new Passage(
                        file, line, Kind.COMMENT, body.replaceFirst("^\\*", "").strip()));
            } else if (token.startsWith("\"") && !token.startsWith("\"\"\"") && token.contains(" ")) {
                found.add(new Passage(file, line, Kind.STRING, token.substring(1, token.length() - 1)));
            }
        }
        return found;
    }

    private static List<Passage> page(Path file, String text) {
        List<Passage> found = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        boolean code = false;
        int start = 0;
        int number = 0;
        for (String line : (text + "\n").split("\n", -1)) {
            number++;
            code ^= line.startsWith("```");
            boolean ignored = code || line.startsWith("```") || line.startsWith("    ");
            boolean heading = line.startsWith("#");
            boolean row = line.startsWith("|");
            if ((line.isBlank() || heading || row || LIST_ITEM.matcher(line).find()) && !paragraph.isEmpty()) {
                found.add(new Passage(file, start, Kind.PARAGRAPH, paragraph.toString()));
                paragraph.setLength(0);
            }
            if (row) {
                for (String cell : line.split("\\|", -1)) {
                    found.add(new Passage(file, number, Kind.CELL, cell.strip()));
                }
            } else if (!ignored && !heading && !line.isBlank()) {
                start = paragraph.isEmpty() ? number : start;
                paragraph
                        .append(LIST_ITEM.matcher(line).replaceFirst("").strip())
                        .append(' ');
            }
        }
        return found;
    }

    private static List<Passage> lineComments(Path file, String text, String mark) {
        Pattern comment = Pattern.compile("(?:^|\\s)" + Pattern.quote(mark) + "(?!!)\\s?(.*)");
        List<Passage> found = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        int number = 0;
        int start = 0;
        for (String line : (text + "\n").split("\n", -1)) {
            number++;
            Matcher match = comment.matcher(line);
            if (match.find()) {
                start = open.isEmpty() ? number : start;
                open.append(match.group(1)).append(' ');
            } else if (!open.isEmpty()) {
                found.add(new Passage(file, start, Kind.COMMENT, open.toString().strip()));
                open.setLength(0);
            }
        }
        return found;
    }

    private static List<Passage> matches(Path file, String text, Pattern pattern, Kind kind) {
        return pattern.matcher(text)
                .results()
                .map(match -> new Passage(
                        file, lineAt(text, match.start()), kind, match.group(1).strip()))
                .toList();
    }

    private static int lineAt(String text, int offset) {
        return 1
                + (int) text.substring(0, offset)
                        .chars()
                        .filter(one -> one == '\n')
                        .count();
    }
}
