//! Tokens, read by the OpenSSL command line with the private key.
use super::{data, facts, house, run};
use aiguillage::attendance::proof::Token;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use uuid::Uuid;

#[tokio::test]
async fn openssl_reads_the_presence_out_of_a_token() {
    let (house, _) = house().await;
    let presence = Uuid::new_v4();

    let sealed = house.parts().proof.seal(presence).await.expect("a token");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token.bin");
    let bytes = BASE64URL.decode(sealed.token.text()).expect("base64url");
    assert_eq!((bytes.len(), sealed.token.text().len()), (512, 683));
    std::fs::write(&file, bytes).expect("the folder is ours");
    let text = run(
        "openssl",
        &[
            "pkeyutl",
            "-decrypt",
            "-inkey",
            data("enc", "key").to_str().expect("a path"),
            "-in",
            file.to_str().expect("a path"),
            "-pkeyopt",
            "rsa_padding_mode:oaep",
            "-pkeyopt",
            "rsa_oaep_md:sha512",
            "-pkeyopt",
            "rsa_mgf1_md:sha512",
        ],
    );
    assert_eq!(text, presence.to_string());
}

#[tokio::test]
async fn a_presence_keeps_its_first_token() {
    let (house, register) = house().await;
    let presence = register.note(facts());
    let proof = &house.parts().proof;

    let first = proof.token(presence).await.expect("a token");
    let other = proof.seal(presence).await.expect("a token");
    let mut tx = house.db().write().await.expect("the database answers");
    other.keep(&mut tx, house.now()).await.expect("kept");
    tx.commit().await.expect("kept");

    assert_ne!(first.token, other.token);
    assert_eq!(proof.token(presence).await.expect("a token").token, first.token);
    assert_eq!(proof.private_operations().get(), 0);
    assert!(Token::parse(&first.token.text()).is_some());
}
