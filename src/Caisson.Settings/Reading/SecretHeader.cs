using System.Text;

namespace Caisson.Settings.Reading;

/// <summary>In which request header a well-known variable's secret travels.</summary>
internal static class SecretHeader
{
    /// <summary>The header and its value for a host, or null when no convention is known.</summary>
    public static (string Name, string Value)? Find(string variable, string host, string secret) => variable switch
    {
        "ANTHROPIC_API_KEY" => ("x-api-key", secret),
        "GEMINI_API_KEY" or "GOOGLE_API_KEY" => ("x-goog-api-key", secret),
        "GITLAB_TOKEN" => ("PRIVATE-TOKEN", secret),

        // Git over HTTPS takes a token as a password only.
        "GITHUB_TOKEN" or "GH_TOKEN" when host == "github.com" =>
            ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("x-access-token:" + secret))),
        "GITHUB_TOKEN" or "GH_TOKEN" or "OPENAI_API_KEY" or "ANTHROPIC_AUTH_TOKEN" or "NPM_TOKEN" or "NODE_AUTH_TOKEN" or "HF_TOKEN" =>
            ("Authorization", "Bearer " + secret),
        _ => null,
    };
}
