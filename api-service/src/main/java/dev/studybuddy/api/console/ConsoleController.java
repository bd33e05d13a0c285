package dev.studybuddy.api.console;

import dev.studybuddy.api.http.Problem;
import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Serves the files of the console to everybody. A browser validates each file on each load. */
@Hidden
@RestController
final class ConsoleController {

    /** The page runs only the scripts and styles of this service, and calls only this service. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'; require-trusted-types-for 'script'";

    private final ConsoleAssets assets;

    ConsoleController(ConsoleAssets assets) {
        this.assets = assets;
    }

    @GetMapping("/console")
    ResponseEntity<byte[]> page() {
        return serve(ConsoleAssets.PAGE);
    }

    /** Redirects to the page's own address, because its links are relative to that address. */
    @GetMapping("/console/")
    ResponseEntity<Void> redirect() {
        return ResponseEntity.status(HttpStatus.PERMANENT_REDIRECT)
                .location(URI.create("../console"))
                .build();
    }

    @GetMapping("/console/assets/{name}")
    ResponseEntity<byte[]> asset(@PathVariable String name) {
        return serve(name);
    }

    @GetMapping("/console/assets/uplot/{name}")
    ResponseEntity<byte[]> chartLibrary(@PathVariable String name) {
        return serve("uplot/" + name);
    }

    private ResponseEntity<byte[]> serve(String name) {
        ConsoleAsset asset = assets.find(name)
                .orElseThrow(() -> Problem.notFound("file of the console").toException());
        return ResponseEntity.ok()
                .contentType(asset.type())
                .eTag(asset.entityTag())
                .cacheControl(CacheControl.noCache())
                .header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .body(asset.content());
    }
}
