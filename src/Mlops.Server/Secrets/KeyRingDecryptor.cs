using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Mlops.Server.Secrets;

/// <summary>Reads keys of the ring; Data Protection makes it by the name of its type, which stands beside each key.</summary>
internal sealed class KeyRingDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => XElement.Parse(services.GetRequiredService<KeyRingKey>().Decrypt(encryptedElement.Value));
}
