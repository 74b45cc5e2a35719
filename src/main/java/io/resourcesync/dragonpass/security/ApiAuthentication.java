package io.resourcesync.dragonpass.security;

/** How calls to DragonPass are authenticated, for the routes that make them. */
public final class ApiAuthentication {

    private final ApiCredentials credentials;

    /**
     * @param credentials null sends none
     */
    public ApiAuthentication(ApiCredentials credentials) {
        this.credentials = credentials;
    }

    /**
     * The value of the header {@code Authorization} for one call; null for none.
     *
     * @throws TokenUnavailable when there is no token now
     */
    public String authorization() throws TokenUnavailable {
        return credentials == null ? null : credentials.authorization();
    }

    /**
     * Whether a call that was answered 401 may fare better when it is made once more.
     *
     * @param authorization what the call was made with
     */
    public boolean refused(String authorization) {
        return credentials != null && authorization != null && credentials.refused(authorization);
    }
}
