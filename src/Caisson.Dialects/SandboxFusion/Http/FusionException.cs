using System.Text.Json;

namespace Caisson.Dialects.SandboxFusion.Http;

/// <summary>A request that is answered with a status and a detail.</summary>
internal sealed class FusionException(int status, string detail, IReadOnlyList<FieldError>? fields = null) : Exception(detail)
{
    public int Status => status;

    /// <summary>What is wrong with which field, or null where the detail is text.</summary>
    public IReadOnlyList<FieldError>? Fields => fields;

    public static FusionException Bad(string detail) => new(400, detail);

    public static FusionException Field(string type, string message, params JsonElement[] where) => new(422, message, [new FieldError(type, where, message)]);
}
