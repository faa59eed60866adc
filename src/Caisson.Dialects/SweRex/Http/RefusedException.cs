using Caisson.Dialects.SweRex.Wire;

namespace Caisson.Dialects.SweRex.Http;

/// <summary>A request that is refused with a status and a detail.</summary>
internal sealed class RefusedException(int status, string detail, InvalidField? invalid = null) : Exception(detail)
{
    public int Status => status;

    /// <summary>Which field is wrong, or null where the detail is text.</summary>
    public InvalidField? Field => invalid;

    /// <summary>A field of the body that cannot be meant.</summary>
    public static RefusedException Invalid(string name, string message, string type = "value_error") =>
        new(422, message, new InvalidField(type, name.Length == 0 ? ["body"] : ["body", name], message));
}
