package io.resourcesync.dragonpass.http;

import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.util.ObjectHelper;

/** The HTTP side of a request: what is refused before its body is looked at, and how problems are answered. */
public final class Requests {

    /**
     * Lets through what the contract allows: a POST of JSON in no other encoding than its own. The
     * request itself is asked, as Camel's headers hold the parameters of its query, too.
     *
     * @throws ProblemException 405 or 415
     */
    public void check(Exchange exchange) throws ProblemException {
        HttpServerRequest request = exchange.getMessage(HttpMessage.class).getRequest();
        check(
                request.method().name(),
                request.headers().getAll("Content-Type"),
                request.headers().getAll("Content-Encoding"));
    }

    static void check(String method, List<String> contentTypes, List<String> contentEncodings) throws ProblemException {
        if (!"POST".equals(method)) {
            throw new ProblemException(
                    new Problem(405, "method-not-allowed", "The method is not allowed", "a push is a POST"));
        }
        if (!contentEncodings.stream().allMatch(encoding -> encoding.strip().equalsIgnoreCase("identity"))) {
            throw new ProblemException(
                    new Problem(415, "content-encoding", "The content encoding is not supported", "send it as it is"));
        }
        if (contentTypes.size() != 1 || !isJson(contentTypes.get(0))) {
            throw new ProblemException(new Problem(
                    415, "media-type", "The media type is not supported", "the content type is application/json"));
        }
    }

    private static boolean isJson(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        String mediaType = parts[0].strip();
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return mediaType.equals("application/json")
                || (mediaType.startsWith("application/") && mediaType.endsWith("+json"));
    }

    /** Answers with the problem that ended the handling; whatever else was in the message is gone. */
    public void refuse(Exchange exchange) {
        // Camel wraps what an expression throws, and finds the handler by any cause.
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        answer(
                exchange,
                ObjectHelper.getException(ProblemException.class, caught).problem());
    }

    /** Answers with the problem of what was rejected earlier on; whatever else was in the message is gone. */
    public void reject(Exchange exchange, ProblemException e) {
        answer(exchange, e.problem());
    }

    /** Answers 503: nothing was acknowledged, and the sender is welcome to try again. */
    public void unavailable(Exchange exchange) {
        answer(exchange, Problem.UNAVAILABLE);
    }

    /**
     * Ends the handling with 503.
     *
     * @throws ProblemException always
     */
    public void refuseUnavailable() throws ProblemException {
        throw new ProblemException(Problem.UNAVAILABLE);
    }

    private static void answer(Exchange exchange, Problem problem) {
        Message answer = exchange.getMessage();
        answer.removeHeaders("*");
        answer.setHeader(Exchange.HTTP_RESPONSE_CODE, problem.status());
        answer.setHeader(Exchange.CONTENT_TYPE, Problem.MEDIA_TYPE);
        problem.headers().forEach(answer::setHeader);
        answer.setBody(ByteBuffer.wrap(problem.toJson()));
    }
}
