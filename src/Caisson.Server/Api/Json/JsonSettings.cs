using System.Text.Json;

namespace Caisson.Server.Api.Json;

/// <summary>Gives ASP.NET Core's options the strictness of <see cref="ApiJson"/>.</summary>
internal static class JsonSettings
{
    /// <summary>Copies what a resolver does not carry by itself.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        var strict = ApiJson.Default.Options;
        options.NumberHandling = strict.NumberHandling;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = strict.UnmappedMemberHandling;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = strict.MaxDepth;
        foreach (var converter in strict.Converters)
            options.Converters.Add(converter);
        options.TypeInfoResolverChain.Insert(0, ApiJson.Default);
    }
}
