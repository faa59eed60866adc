namespace Caisson.Core.Advice;

/// <summary>The body of <c>POST /v1/sandboxes</c> that follows an advice; what is null takes the server's default.</summary>
public sealed record AdvisedSpec
{
    /// <summary>The wall's name.</summary>
    public string? Wall { get; set; }

    /// <summary>The sandbox is killed after this many seconds.</summary>
    public int? TimeoutSeconds { get; set; }

    /// <summary>Where connections may go.</summary>
    public AdvisedEgress? Egress { get; set; }
}
