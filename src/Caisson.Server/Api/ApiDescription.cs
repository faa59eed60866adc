using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Caisson.Server.Api;

/// <summary>What the OpenAPI document says beyond its routes.</summary>
internal static class ApiDescription
{
    /// <summary>Sets the document's title, version and way of authentication.</summary>
    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = route => route.RelativePath is { } path && (path == "health" || path.StartsWith("v1/", StringComparison.Ordinal));
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Caisson",
                Version = "v1",
                Description = "Self-hosted sandboxes for AI agents. Every failure is an application/problem+json with code, kind, message and remedy.",
            };

            // The address is the reader's own; the document is the same for all of them.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-API-KEY" },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] }];
            return Task.CompletedTask;
        });
    }
}
