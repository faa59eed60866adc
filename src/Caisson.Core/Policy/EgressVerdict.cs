namespace Caisson.Core.Policy;

/// <summary>Whether a connection is let through.</summary>
public enum EgressVerdict
{
    Deny,
    Allow,
}
