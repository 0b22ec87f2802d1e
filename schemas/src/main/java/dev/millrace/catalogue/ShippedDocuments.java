package dev.millrace.catalogue;

import dev.millrace.catalogue.CatalogueLoader.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;

/** The catalogue's files, one per provider, as they lie beside this class in a jar or in a directory. A file that is there is read. */
final class ShippedDocuments {
    /** A file that is always there, to find the others by. */
    private static final String ANCHOR = "local.yaml";

    private static final String SUFFIX = ".yaml";

    private ShippedDocuments() {}

    /** In the order of their names. */
    static List<Document> all() {
        try {
            var documents = new ArrayList<Document>();
            for (var name : names()) {
                documents.add(new Document(name, text(name)));
            }
            return documents;
        } catch (IOException e) {
            throw new UncheckedIOException("the shipped catalogue cannot be read", e);
        }
    }

    private static Set<String> names() throws IOException {
        var anchor = Objects.requireNonNull(ShippedDocuments.class.getResource(ANCHOR), ANCHOR);
        return anchor.openConnection() instanceof JarURLConnection jar
                ? inJar(jar)
                : inDirectory(Path.of(uri(anchor)).resolveSibling(""));
    }

    private static Set<String> inJar(JarURLConnection anchor) throws IOException {
        var names = new TreeSet<String>();
        var entry = anchor.getEntryName();
        var directory = entry.substring(0, entry.length() - ANCHOR.length());
        // one of our own: the class loader's may be shared and must not be closed
        anchor.setUseCaches(false);
        try (var jar = anchor.getJarFile()) {
            jar.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith(directory) && name.endsWith(SUFFIX))
                    .map(name -> name.substring(directory.length()))
                    .filter(name -> name.indexOf('/') < 0)
                    .forEach(names::add);
        }
        return names;
    }

    private static Set<String> inDirectory(Path directory) throws IOException {
        var names = new TreeSet<String>();
        try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        }
        return names;
    }

    private static URI uri(URL url) throws IOException {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static String text(String name) throws IOException {
        try (var in = Objects.requireNonNull(ShippedDocuments.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
