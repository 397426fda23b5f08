namespace Mlops.Blocks.Templates;

/// <summary>What stands between double braces cannot be rendered, and why. Never holds a value, which may be a secret. Within this folder its message
/// begins with what the place "has" or "needs"; <see cref="TemplateRenderer"/> puts the place before it.</summary>
internal sealed class TemplateException(string message) : FormatException(message);
